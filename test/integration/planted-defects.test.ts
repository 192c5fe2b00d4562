import { RULES } from '../../src/conformance/index.js';
import { MemoryPlugin } from '../support/memory-plugin.js';
import { DEFECTS } from '../support/planted-defects.js';

jest.setTimeout(120_000);

let plugin: MemoryPlugin;
beforeAll(async () => {
  plugin = await MemoryPlugin.start();
});
afterAll(() => plugin.stop());

test('every rule has a plugin that breaks it', () => {
  expect(Object.keys(DEFECTS)).toEqual(RULES.map(({ id }) => id));
});

test.each(Object.entries(DEFECTS))('the kit finds what breaks %s, and blames nothing else', async (rule, { provider, front }) => {
  const { results } = await plugin.try(provider, front);
  expect(results.filter(({ outcome }) => outcome === 'failed').map(({ id, expected, seen }) => ({ id, expected, seen }))).toEqual([{ id: rule, expected: expect.any(String) as string, seen: expect.any(String) as string }]);
});
