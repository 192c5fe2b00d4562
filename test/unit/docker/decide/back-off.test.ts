import { decide, doublingDelayMs } from '../../../../src/docker/decide/index.js';
import { start, waitUntil } from './actions.js';
import { at, desired, exited, failedStart, known, observed, PRESENT, SANDBOX_IDLE, time } from './build.js';

const S = 1000;

/** Delay before the attempt after `attempt`, which ran `ranSeconds` after a wait of `waitedMs`. */
function nextDelayMs(attempt: number, waitedMs: number | undefined, ranSeconds = 1): number {
  const seen = observed(SANDBOX_IDLE, exited('main', 1, { attempt, startedAt: time(0), finishedAt: time(ranSeconds) }));
  const circumstances = known({ images: { main: PRESENT }, ...(waitedMs !== undefined && { backOffMs: { main: waitedMs } }) });
  const [action] = decide(desired(), seen, circumstances, at(ranSeconds));
  if (action?.kind === 'startContainer') return action.backOffMs;
  if (action?.kind === 'wait') return action.until.getTime() - at(ranSeconds).getTime();
  throw new Error(`neither a start nor a wait: ${JSON.stringify(action)}`);
}

test('P71: restarts follow the sequence of the kubelet: at once, 10 s, doubled, 5 min at most', () => {
  const waited: number[] = [0];
  for (let attempt = 0; attempt < 9; attempt++) waited.push(nextDelayMs(attempt, waited[attempt]));
  expect(waited.slice(1)).toEqual([0, 10 * S, 20 * S, 40 * S, 80 * S, 160 * S, 300 * S, 300 * S, 300 * S]);
});

test('P71: after a restart of the plugin the number of the attempt tells the same sequence', () => {
  const waited = Array.from({ length: 9 }, (_, attempt) => nextDelayMs(attempt, undefined));
  expect(waited).toEqual([0, 10 * S, 20 * S, 40 * S, 80 * S, 160 * S, 300 * S, 300 * S, 300 * S]);
});

test.each<[ranSeconds: number, delayMs: number]>([
  [599, 160 * S],
  [600, 0],
  [3600, 0],
])('P71: an attempt that ran %i s is followed after %i ms', (ranSeconds, delayMs) => {
  expect(nextDelayMs(5, 80 * S, ranSeconds)).toBe(delayMs);
});

test('P71: after such a reset the sequence begins again', () => {
  expect(nextDelayMs(6, 0)).toBe(10 * S);
});

test.each<[second: number, expected: ReturnType<typeof start>]>([
  [20, waitUntil(60)],
  [59.999, waitUntil(60)],
  [60, start('main', 4, 40 * S)],
  [500, start('main', 4, 40 * S)],
])('the delay counts from the end of the attempt before: at second %d', (second, expected) => {
  const seen = observed(SANDBOX_IDLE, exited('main', 1, { attempt: 3 }));
  const circumstances = known({ images: { main: PRESENT }, backOffMs: { main: 20 * S } });
  expect(decide(desired(), seen, circumstances, at(second))).toEqual([expected]);
});

test('a failed start counts from when it was made', () => {
  const seen = observed(SANDBOX_IDLE, failedStart('main', 127, { attempt: 1 }));
  expect(decide(desired(), seen, known({ images: { main: PRESENT } }), at(25))).toEqual([waitUntil(30)]);
});

test('the first restart does not wait for an engine whose clock is ahead', () => {
  const seen = observed(SANDBOX_IDLE, exited('main', 1, { finishedAt: time(1000) }));
  expect(decide(desired(), seen, known({ images: { main: PRESENT } }), at(25))).toEqual([start('main', 1)]);
});

test('image pulls double the same way', () => {
  expect([1, 2, 3, 6, 40].map(doublingDelayMs)).toEqual([10 * S, 20 * S, 40 * S, 300 * S, 300 * S]);
});
