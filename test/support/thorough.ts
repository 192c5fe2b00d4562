import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Random } from './random.js';

/** True under `npm run reliability`: everything is tried, where `npm test` takes a sample. */
export const THOROUGH = process.env['RELIABILITY'] === 'all';

/** Of what a sample, or a random story, is made; `SEED` gives the one of a run before. Say it where a test fails. */
export const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** All of them under `npm run reliability`; else one out of each `every`, chosen by `SEED`. */
export function sampled<Item>(items: readonly Item[], every: number): readonly Item[] {
  if (THOROUGH) return items;
  const random = new Random(SEED);
  return Array.from({ length: Math.ceil(items.length / every) }, (_, i) => random.pick(items.slice(i * every, (i + 1) * every)));
}

/** One row of docs/reliability.md. */
export interface Figure {
  readonly what: string;
  readonly count: number;
  readonly unit: string;
  /** What was seen to hold each time. */
  readonly outcome: string;
}

/** Called by a test that has passed; `npm run reliability` makes the table of docs/reliability.md of them. */
export function countFigure(figure: Figure): void {
  const path = process.env['RELIABILITY_FIGURES'];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify({ ...figure, part: ownPart() })}\n`);
}

/** What `npm run reliability` takes to run the test file that is running: `reliability/owner`. */
function ownPart(): string {
  return relative('test', expect.getState().testPath ?? '').replace(/\.test\.ts$/, '');
}
