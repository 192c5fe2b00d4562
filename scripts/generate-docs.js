/** Writes what of the documents is made from the code: docs/pod-fields.md, and in the README settings and counts. Wants `tsc -p tsconfig.docs.json`. */
import { readFile, writeFile } from 'node:fs/promises';
import { URL } from 'node:url';
import { docsTable } from '../build/src/config/index.js';
import { fieldsCount, fieldsPage } from '../build/test/support/pod-fields-page.js';

const ROOT = new URL('../', import.meta.url);

await replacePart('README.md', 'settings', docsTable());
await replacePart('README.md', 'fields', fieldsCount());
await writeFile(new URL('docs/pod-fields.md', ROOT), fieldsPage());

/** Puts `text` between `<!-- name -->` and `<!-- /name -->`. */
async function replacePart(file, name, text) {
  const url = new URL(file, ROOT);
  const [before, after] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const whole = await readFile(url, 'utf8');
  const [start, end] = [whole.indexOf(before) + before.length, whole.indexOf(after)];
  await writeFile(url, whole.slice(0, start) + text.trim() + whole.slice(end));
}
