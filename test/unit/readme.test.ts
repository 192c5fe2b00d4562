import { readFileSync } from 'node:fs';
import { docsTable } from '../../src/config/index.js';
import { fieldsCount, fieldsPage } from '../support/pod-fields-page.js';

test('the document of the fields, and their count in the README, are those of the table', () => {
  expect(readFileSync('docs/pod-fields.md', 'utf8')).toBe(fieldsPage());
  const [, count] = /<!-- fields -->\n([\s\S]*?)\n<!-- \/fields -->/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(count).toBe(fieldsCount());
});

test('the settings in the README are those of the schema', () => {
  const [, table] = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(table).toBe(docsTable().trim());
});
