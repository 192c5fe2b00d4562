import { readFileSync } from 'node:fs';

/** One subject of a comparison: `run` does it once and gives the milliseconds that count. */
export interface Subject {
  readonly name: string;
  run(round: number): Promise<number>;
}

export interface Figures {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Runs all subjects in turn, round after round, so that whatever else the machine does falls on all of them. The first round warms up. */
export async function interleave(subjects: readonly Subject[], rounds: number): Promise<ReadonlyMap<string, Figures>> {
  const samples = new Map<string, number[]>(subjects.map((subject) => [subject.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const subject of subjects) {
      const ms = await subject.run(round);
      if (round > 0) samples.get(subject.name)?.push(ms);
    }
  }
  return new Map([...samples].map(([name, values]) => [name, toFigures(values)]));
}

export function toFigures(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? NaN;
  const half = sorted.length / 2;
  const median = Number.isInteger(half) ? (at(half - 1) + at(half)) / 2 : at(Math.floor(half));
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** What a process has of the machine's memory, in MiB. */
export function residentMebibytes(pid: number): number {
  const [, kibibytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}
