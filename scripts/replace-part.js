import { readFile, writeFile } from 'node:fs/promises';
import { URL } from 'node:url';

const ROOT = new URL('../', import.meta.url);

/** What `file` has between `<!-- name -->` and `<!-- /name -->`. */
export async function readPart(file, name) {
  const { whole, start, end } = await find(file, name);
  return whole.slice(start, end);
}

/** Puts `text` there. */
export async function replacePart(file, name, text) {
  const { whole, start, end } = await find(file, name);
  await writeFile(new URL(file, ROOT), whole.slice(0, start) + text.trim() + whole.slice(end));
}

async function find(file, name) {
  const whole = await readFile(new URL(file, ROOT), 'utf8');
  const [before, after] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [start, end] = [whole.indexOf(before), whole.indexOf(after)];
  if (start < 0 || end < 0) throw new Error(`${file} has no part ${name}`);
  return { whole, start: start + before.length, end };
}
