/**
 * Puts the figures of a run of `npm run reliability` (argument 1: a JSON line each) into the table of docs/reliability.md. Rows of
 * test files that did not run stay as they are.
 */
import { readFile } from 'node:fs/promises';
import { platform, release } from 'node:os';
import process from 'node:process';
import { readPart, replacePart } from './replace-part.js';

const DOCUMENT = 'docs/reliability.md';
const HEAD = ['| What was done | Times | What held | `npm run reliability …` | Run |', '|---|---|---|---|---|'];

const [file] = process.argv.slice(2);
const figures = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
const run = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${platform()} ${release().split('-')[0]}`;
const made = figures.map(({ what, count, unit, outcome, part }) => `| ${what} | ${count.toLocaleString('en')} ${unit} | ${outcome} | \`${part}\` | ${run} |`);
const parts = new Set(figures.map(({ part }) => part));
const kept = (await readPart(DOCUMENT, 'figures')).split('\n').filter((row) => row.startsWith('| ') && !HEAD.includes(row) && !parts.has(partOf(row)));
const rows = [...kept, ...made].sort((a, b) => partOf(a).localeCompare(partOf(b)) || a.localeCompare(b));
await replacePart(DOCUMENT, 'figures', [...HEAD, ...rows].join('\n'));

function partOf(row) {
  return row.split(' | ').at(-2)?.replaceAll('`', '') ?? '';
}
