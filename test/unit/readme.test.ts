import { readFileSync } from 'node:fs';
import { docsTable } from '../../src/config/index.js';

test('the settings in the README are those of the schema', () => {
  const [, table] = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(table).toBe(docsTable().trim());
});
