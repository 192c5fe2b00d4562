import { decide, type DesiredPod, isFinished, type PodAction, type PodEnding } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { REMOVE_POD, stop } from './actions.js';
import { at, desired, exited, known, observed, running, SANDBOX_IDLE, SANDBOX_UP, time } from './build.js';

const EVICTED: PodEnding = { reason: 'Evicted', message: 'too much', graceSeconds: 0, at: at(30), since: at(30) };
const TWO = { mains: ['a', 'b'] } as const;
const ended = (shape: Parameters<typeof desired>[0], deletion?: DesiredPod['deletion']): DesiredPod => ({ ...desired(shape, deletion), ending: EVICTED });

describe('a pod that its node has ended', () => {
  test.each<[name: string, wanted: DesiredPod, seen: ObservedPod, expected: PodAction[], finished: boolean]>([
    ['is stopped, all of it', ended(TWO), observed(SANDBOX_UP, running('a'), running('b')), [stop('a', 0, 'Evicted'), stop('b', 0, 'Evicted')], false],
    ['lets its sandbox go last', ended(TWO), observed(SANDBOX_UP, exited('a', 137), exited('b', 137)), [stop('POD', 0, 'the pod has ended')], true],
    ['is not started again, whatever its restart policy', ended({ restartPolicy: 'Always' }), observed(SANDBOX_IDLE, exited('main', 137)), [], true],
    ['starts nothing that never ran', ended({}), observed(SANDBOX_IDLE), [], true],
    ['goes when its delete comes', ended({}, { graceSeconds: 5, since: at(0) }), observed(SANDBOX_IDLE, exited('main', 137)), [REMOVE_POD], true],
    ['goes with the grace of its delete', ended({}, { graceSeconds: 5, since: at(0) }), observed(SANDBOX_IDLE, running('main')), [stop('main', 5, 'the pod is being deleted')], false],
  ])('%s', (_name, wanted, seen, expected, finished) => {
    expect(decide(wanted, seen, known(), at(50))).toEqual(expected);
    expect(isFinished(wanted, seen, known())).toBe(finished);
  });

  test('waits for nothing: a back-off is over with it', () => {
    const seen = observed(SANDBOX_IDLE, exited('main', 1, { finishedAt: time(49) }));
    expect(decide(ended({ restartPolicy: 'Always' }), seen, known(), at(50))).toEqual([]);
  });
});
