import { findLeaks, type Sample, toTable } from '../../support/soak-samples.js';

const MB = 2 ** 20;
const QUIET: Sample = { pid: 7, heapBytes: 30 * MB, rssBytes: 100 * MB, files: 25, containers: 2, volumes: 1, networks: 1, workers: 0 };

/** A heap that breathes, and whatever a leak adds to it each round. */
function run(rounds: number, leak: (round: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: rounds }, (_, round) => ({ ...QUIET, heapBytes: (30 + ((round * 7) % 20)) * MB, files: 25 + (round % 3), ...leak(round) }));
}

test('a plugin that ends where it began leaks nothing', () => {
  expect(findLeaks(run(3))).toEqual([]);
  expect(findLeaks(run(200))).toEqual([]);
});

test.each<[leak: string, each: (round: number) => Partial<Sample>, told: string]>([
  ['an open file a round', (round) => ({ files: 25 + round }), 'files: 25 at the beginning, 54 at the end'],
  ['a container every tenth round', (round) => ({ containers: 2 + Math.ceil(round / 10) }), 'containers: 2 at the beginning, 5 at the end'],
  ['a volume a round', (round) => ({ volumes: 1 + round }), 'volumes: 1 at the beginning, 30 at the end'],
  ['a network a round', (round) => ({ networks: 1 + round }), 'networks: 1 at the beginning, 30 at the end'],
  ['one worker in all', (round) => ({ workers: round > 10 ? 1 : 0 }), 'workers: 0 at the beginning, 1 at the end'],
  ['2 MB a round, below the breathing', (round) => ({ heapBytes: (30 + ((round * 7) % 20) + 2 * round) * MB }), 'heap: '],
])('finds %s', (_leak, each, told) => {
  expect(findLeaks(run(30, each))).toEqual([expect.stringContaining(told)]);
});

test('memory is that of one process: a young one has less', () => {
  expect(findLeaks([...run(10, () => ({ pid: 6, heapBytes: MB })), ...run(10)])).toEqual([]);
});

test('no samples are no proof', () => {
  expect(findLeaks([])).toEqual(['there is no sample']);
});

test('the table', () => {
  expect(toTable(run(4, (round) => ({ containers: round === 2 ? 9 : 2 }))).split('\n')).toEqual(expect.arrayContaining([expect.stringMatching(/^containers +2 +9 +2$/), expect.stringMatching(/^heap, MB +30\.0 +44\.0 +31\.0$/)]));
});
