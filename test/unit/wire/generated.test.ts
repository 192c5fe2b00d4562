import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PLUGIN_API_DOCUMENT } from '../../../src/wire/index.js';

const DOCUMENT = 'api-spec/interlink-plugin.yaml';

test('the generated files are those of the document', () => {
  execFileSync(process.execPath, [join('scripts', 'generate-types.js'), '--check'], { stdio: 'pipe' });
}, 60_000);

test('the constant is the document', () => {
  expect(PLUGIN_API_DOCUMENT).toEqual(parse(readFileSync(DOCUMENT, 'utf8')));
});

test('no schema fills in a default: the validator would write it into the request', () => {
  const defaults: string[] = [];
  JSON.stringify(PLUGIN_API_DOCUMENT.components.schemas, (key, value: unknown) => {
    if (key === 'default') defaults.push(JSON.stringify(value));
    return value;
  });
  expect(defaults).toEqual([]);
});
