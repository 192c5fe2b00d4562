import { readFileSync } from 'node:fs';
import { metricsTable } from '../support/metrics-page.js';

test('the metrics in docs/observability.md are those of the code', async () => {
  const [, table] = /<!-- metrics -->\n([\s\S]*?)\n<!-- \/metrics -->/.exec(readFileSync('docs/observability.md', 'utf8')) ?? [];
  expect(table).toBe(await metricsTable());
});
