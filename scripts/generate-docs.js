/** Writes what of the documents is made from the code: docs/pod-fields.md, and in the README settings and counts. Wants a fresh build. */
import { readFile, writeFile } from 'node:fs/promises';
import { URL } from 'node:url';
import { docsTable } from '../dist/config/index.js';
import { fieldsCount, fieldsDocument } from '../dist/docker/admission/index.js';

const ROOT = new URL('../', import.meta.url);

await replacePart('README.md', 'settings', docsTable());
await replacePart('README.md', 'fields', fieldsCount());
await writeFile(new URL('docs/pod-fields.md', ROOT), fieldsDocument());

/** Puts `text` between `<!-- name -->` and `<!-- /name -->`. */
async function replacePart(file, name, text) {
  const url = new URL(file, ROOT);
  const [before, after] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const whole = await readFile(url, 'utf8');
  const [start, end] = [whole.indexOf(before) + before.length, whole.indexOf(after)];
  await writeFile(url, whole.slice(0, start) + text.trim() + whole.slice(end));
}
