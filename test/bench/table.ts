import type { Figures } from './measure.js';

export interface Row {
  readonly what: string;
  readonly ours: Figures;
  readonly theirs: Figures;
  readonly unit: string;
  /** Ours by theirs; at most this where less is better, at least this where more is. */
  readonly target: { readonly atMost: number; readonly aim?: number } | { readonly atLeast: number };
}

/** Prints every figure beside its target. Ratios are of medians of one run. */
export function printTable(rows: readonly Row[]): void {
  console.log('| what | ours | theirs | ratio | target | |\n| --- | --- | --- | --- | --- | --- |');
  for (const { what, ours, theirs, unit, target } of rows) {
    const ratio = ours.median / theirs.median;
    const isMet = 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
    const aim = 'atMost' in target && target.aim !== undefined ? ` (aim ${target.aim})` : '';
    const goal = 'atMost' in target ? `≤ ${target.atMost}${aim}` : `≥ ${target.atLeast}`;
    console.log(`| ${what} | ${format(ours, unit)} | ${format(theirs, unit)} | ${ratio.toFixed(2)} | ${goal} | ${isMet ? 'met' : 'MISSED'} |`);
  }
}

function format({ median, min, max }: Figures, unit: string): string {
  const digits = median < 10 ? 2 : 0;
  return `${median.toFixed(digits)} ${unit} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
