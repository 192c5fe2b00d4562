import { RULES } from '../../src/conformance/index.js';
import { MemoryPlugin } from '../support/memory-plugin.js';
import { type Defect, DEFECTS, FINE_DEFECTS } from '../support/planted-defects.js';

jest.setTimeout(120_000);

let plugin: MemoryPlugin;
beforeAll(async () => {
  plugin = await MemoryPlugin.start();
});
afterAll(() => plugin.stop());

test('every rule has a plugin that breaks it', () => {
  expect(Object.keys(DEFECTS)).toEqual(RULES.map(({ id }) => id));
});

async function expectBlamed(rule: string, { provider, front }: Defect): Promise<void> {
  const { results } = await plugin.try(provider, front);
  expect(results.filter(({ outcome }) => outcome === 'failed').map(({ id, expected, seen }) => ({ id, expected, seen }))).toEqual([{ id: rule, expected: expect.any(String) as string, seen: expect.any(String) as string }]);
}

test.each(Object.entries(DEFECTS))('the kit finds what breaks %s, and blames nothing else', expectBlamed);

test.each(FINE_DEFECTS)('the kit finds, by %s, a plugin that %s', (rule, _what, defect) => expectBlamed(rule, defect));
