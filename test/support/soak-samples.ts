/** What a plugin holds, looked at while it has no pods; and whether that grows. Pure. */

/** A look at one time. */
export interface Sample {
  /** Of the process: memory is compared within one. */
  readonly pid: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly files: number;
  readonly containers: number;
  readonly volumes: number;
  readonly networks: number;
  /** Pods that are looked after, and deletions that are not over. */
  readonly workers: number;
}

type Column = Exclude<keyof Sample, 'pid'>;

/** How much more there may be at the end: connections that wait for the next call, the next batch of files for last words. */
const ALLOWANCE: Readonly<Partial<Record<Column, number>>> = { files: 8, containers: 2, volumes: 1, networks: 1, workers: 0 };
/** A heap breathes; what is kept of each pod adds up over the rounds. */
const HEAP_FACTOR = 1.5;
const HEAP_BYTES = 16 * 2 ** 20;
/** Memory of fewer looks tells nothing. */
const FEWEST = 6;
const MB = 2 ** 20;

/** What did not end where it began, in words; the first sample is of a plugin that has had pods already. */
export function findLeaks(samples: readonly Sample[]): readonly string[] {
  const [begin, end] = [samples[0], samples.at(-1)];
  if (begin === undefined || end === undefined) return ['there is no sample'];
  const grown = Object.entries(ALLOWANCE).flatMap(([name, allowance]) => {
    const [before, after] = [begin[name as Column], end[name as Column]];
    return after > before + allowance ? [`${name}: ${before} at the beginning, ${after} at the end`] : [];
  });
  return [...grown, ...heapLeaks(samples.filter(({ pid }) => pid === end.pid))];
}

/** The least of each third: one collection in it is enough. */
function heapLeaks(samples: readonly Sample[]): readonly string[] {
  if (samples.length < FEWEST) return [];
  const third = Math.floor(samples.length / 3);
  const least = (some: readonly Sample[]): number => Math.min(...some.map(({ heapBytes }) => heapBytes));
  const [before, after] = [least(samples.slice(0, third)), least(samples.slice(-third))];
  return after > before * HEAP_FACTOR + HEAP_BYTES ? [`heap: ${inMegabytes(before)} in the first third, ${inMegabytes(after)} in the last`] : [];
}

/** For people: what there was at the beginning, at most, and at the end. */
export function toTable(samples: readonly Sample[]): string {
  const rows: readonly (readonly [string, Column, (value: number) => string])[] = [
    ['heap, MB', 'heapBytes', inMegabytes],
    ['memory (RSS), MB', 'rssBytes', inMegabytes],
    ['open files', 'files', String],
    ['containers', 'containers', String],
    ['volumes', 'volumes', String],
    ['networks', 'networks', String],
    ['workers', 'workers', String],
  ];
  const line = (cells: readonly string[]): string => cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(10))).join('');
  const cells = rows.map(([title, column, show]) => {
    const values = samples.map((sample) => sample[column]);
    return line([title, show(values[0] ?? 0), show(Math.max(...values)), show(values.at(-1) ?? 0)]);
  });
  return [line(['', 'begin', 'peak', 'end']), ...cells].join('\n');
}

function inMegabytes(bytes: number): string {
  return (bytes / MB).toFixed(1);
}
