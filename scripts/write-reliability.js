/** Writes the figures of a run of `npm run reliability` (a JSON line each, argument 1) into docs/reliability.md. */
import { readFile } from 'node:fs/promises';
import { platform, release } from 'node:os';
import process from 'node:process';
import { replacePart } from './replace-part.js';

const [file] = process.argv.slice(2);
const figures = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
const rows = figures
  .sort((a, b) => a.what.localeCompare(b.what))
  .map(({ what, count, unit, outcome }) => `| ${what} | ${count} ${unit} | ${outcome} |`);
const heading = `\`npm run reliability\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${platform()} ${release()}:`;
await replacePart('docs/reliability.md', 'figures', [heading, '', '| Fault | Times | Outcome |', '|---|---|---|', ...rows].join('\n'));
