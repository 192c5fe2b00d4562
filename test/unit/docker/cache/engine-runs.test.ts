import { EngineRuns } from '../../../../src/docker/cache/index.js';
import { type Engine, EngineError } from '../../../../src/engine/index.js';

/** An engine whose own network was made at these times, one after the other; `undefined`: it has none. */
function runsOf(made: readonly (string | undefined)[], liveRestore = false): EngineRuns {
  const times = [...made];
  const inspectNetwork = (): Promise<{ Created: string }> => {
    const Created = times.shift();
    return Created === undefined ? Promise.reject(new EngineError('NotFound', 'no such network')) : Promise.resolve({ Created });
  };
  return new EngineRuns({ inspectNetwork, info: () => Promise.resolve({ liveRestore }) } as unknown as Engine);
}

const [MORNING, NOON] = ['2026-01-01T08:00:00Z', '2026-01-01T12:00:00Z'];

test.each<[name: string, runs: EngineRuns, expected: readonly (Date | undefined)[]]>([
  ['one that goes on', runsOf([MORNING, MORNING]), [undefined, undefined]],
  ['one that begins again is told once', runsOf([MORNING, NOON, NOON]), [undefined, new Date(NOON), undefined]],
  ['one that keeps its containers', runsOf([MORNING, NOON], true), [undefined, undefined]],
  ['one without that network', runsOf([undefined, undefined]), [undefined, undefined]],
  ['one that had it before', runsOf([MORNING, undefined, NOON]), [undefined, undefined, new Date(NOON)]],
])('%s', async (_name, runs, expected) => {
  const told = [];
  for (const _time of expected) told.push(await runs.begunAgain());
  expect(told).toEqual(expected);
});
