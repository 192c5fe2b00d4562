import { reportText, runConformance, RULES } from '../../../src/conformance/index.js';
import { MemoryPlugin } from '../../support/memory-plugin.js';

jest.setTimeout(60_000);

let plugin: MemoryPlugin;
beforeAll(async () => {
  plugin = await MemoryPlugin.start();
});
afterAll(() => plugin.stop());

test('a plugin that keeps all rules passes, and only what it refuses is skipped', async () => {
  const report = await plugin.try();
  expect(report.results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(report.results.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  expect(report.results.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => id)).toEqual(['ping-resources', 'init-sidecar']);
  expect(reportText(report)).toMatch(/ passed, 0 failed \(0 of them a must\), 2 skipped: http/);
});

test('what was seen is told beside what was expected, and each rule as it is settled', async () => {
  const told: string[] = [];
  const front = (_request: unknown, response: { writeHead: (status: number) => { end: (text: string) => void } }) => response.writeHead(500).end('broken');
  const report = await plugin.try(undefined, front, { only: ['create-200', 'log-tail'], onResult: ({ id }) => told.push(id) });
  expect(report).toMatchObject({ passed: 0, failed: 2, skipped: 0 });
  expect(report.results[0]).toMatchObject({ expected: 'HTTP 200', seen: '"HTTP 500 \\"broken\\""' });
  expect(told).toEqual(['create-200', 'log-tail']);
});

test('a plugin that never answers does not hold the kit: the whole run has a time', async () => {
  const report = await plugin.try(undefined, () => undefined, { timeoutMs: 100, only: ['create-200', 'delete-again'], podTimeoutMs: 100 });
  expect(report.results.map(({ outcome, seen }) => [outcome, seen])).toEqual(Array.from({ length: 2 }, () => ['failed', 'the whole run took longer than 0.1 s']));
});

test('nobody there fails every rule', async () => {
  const report = await runConformance({ url: 'unix:///no/such.sock', podTimeoutMs: 1, pollMs: 1 });
  expect(report.failed).toBe(RULES.length);
});

test('a rule that is not there is refused', async () => {
  await expect(runConformance({ url: plugin.url, only: ['create-everything'] })).rejects.toThrow('there is no rule create-everything: give one of ping-answer,');
});

test('pods are deleted at the end', async () => {
  const seen: string[] = [];
  await plugin.try(undefined, ({ url = '' }, _response, app) => {
    seen.push(url);
    app();
  }, { only: ['create-200', 'create-env'] });
  expect(seen.slice(-2)).toEqual(['/delete', '/delete']);
});
