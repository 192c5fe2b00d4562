import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Figures } from './measure.js';

export interface Row {
  readonly what: string;
  readonly ours: Figures;
  /** What ours is compared with; absent: the target is a figure of its own. */
  readonly theirs?: Figures;
  readonly unit: string;
  /**
   * Ours by theirs: at most this where less is better, at least this where more is. `below` is a limit of ours alone. Absent: shown for
   * comparison.
   */
  readonly target?: { readonly atMost: number; readonly aim?: number } | { readonly atLeast: number } | { readonly below: number };
}

export const NO_FIGURES: Figures = { median: NaN, min: NaN, max: NaN };

const PAGE = 'docs/benchmarks.md';
const PART = 'figures';
const HEAD = ['| what | ours | theirs | ratio | target | | on |', '| --- | --- | --- | --- | --- | --- | --- |'];

/** Every figure beside its target, as rows of a table of Markdown. Ratios are of medians of one run. */
export function toTable(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => toLine(row));
}

export function printTable(lines: readonly string[]): void {
  console.log([...HEAD, ...lines].join('\n'));
}

/** Puts rows into the page, in the place of those of the same name; what was not measured this time stays, with its date. */
export async function writeTable(lines: readonly string[]): Promise<void> {
  const { replacePart } = (await import(pathToFileURL(resolve('scripts/replace-part.js')).href)) as { replacePart: (file: string, part: string, text: string) => Promise<void> };
  const page = readFileSync(PAGE, 'utf8');
  const before = page.slice(page.indexOf(`<!-- ${PART} -->`), page.indexOf(`<!-- /${PART} -->`)).split('\n').filter((line) => line.startsWith('| ') && !HEAD.includes(line));
  const merged = new Map(before.map((line) => [nameOf(line), line]));
  for (const line of lines) merged.set(nameOf(line), line);
  await replacePart(PAGE, PART, [...HEAD, ...merged.values()].join('\n'));
  console.log(`\nwritten to ${PAGE}`);
}

function nameOf(line: string): string {
  return line.split(' | ')[0] ?? '';
}

function toLine({ what, ours, theirs, unit, target }: Row): string {
  const ratio = theirs === undefined ? undefined : ours.median / theirs.median;
  const cells = [what, format(ours, unit), theirs === undefined ? '' : format(theirs, unit), ratio?.toFixed(2) ?? '', toGoal(target, unit), toVerdict(ours, ratio, target), new Date().toISOString().slice(0, 10)];
  return `| ${cells.join(' | ')} |`;
}

function toGoal(target: Row['target'], unit: string): string {
  if (target === undefined) return '';
  if ('below' in target) return `< ${target.below} ${unit}`;
  if ('atLeast' in target) return `≥ ${target.atLeast}`;
  return `≤ ${target.atMost}${target.aim === undefined ? '' : ` (aim ${target.aim})`}`;
}

function toVerdict(ours: Figures, ratio: number | undefined, target: Row['target']): string {
  if (target === undefined) return '';
  if ('below' in target) return ours.max < target.below ? 'met' : 'missed';
  const isMet = 'atMost' in target ? (ratio ?? NaN) <= target.atMost : (ratio ?? NaN) >= target.atLeast;
  return isMet ? 'met' : 'missed';
}

function format({ median, min, max }: Figures, unit: string): string {
  const digits = median < 10 && !Number.isInteger(median) ? 2 : 0;
  const spread = min === max ? '' : ` (${min.toFixed(digits)}–${max.toFixed(digits)})`;
  return `${median.toFixed(digits)} ${unit}${spread}`;
}
