import { readFile, writeFile } from 'node:fs/promises';
import { URL } from 'node:url';

const ROOT = new URL('../', import.meta.url);

/** In `file`, puts `text` between `<!-- name -->` and `<!-- /name -->`. */
export async function replacePart(file, name, text) {
  const url = new URL(file, ROOT);
  const [before, after] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const whole = await readFile(url, 'utf8');
  const [start, end] = [whole.indexOf(before) + before.length, whole.indexOf(after)];
  if (end < start) throw new Error(`${file} has no part ${name}`);
  await writeFile(url, whole.slice(0, start) + text.trim() + whole.slice(end));
}
