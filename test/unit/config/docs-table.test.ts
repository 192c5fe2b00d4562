import { docsTable } from '../../../src/config/index.js';

test('has one row for each setting, with its variable and default', () => {
  const rows = docsTable().trimEnd().split('\n');
  expect(new Set(rows.map((row) => row.split(' | ')[0])).size).toBe(rows.length);
  expect(rows).toContainEqual(expect.stringMatching(/^\| `SidecarPort` \| `SIDECARPORT` \| `4000` \| .+ \|$/));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `Network\.PodCIDR` \| `NETWORK_PODCIDR` \| `10\.213\.0\.0\/16` \| /));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `Socket` \| `SOCKET` \| – \| /));
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
});
