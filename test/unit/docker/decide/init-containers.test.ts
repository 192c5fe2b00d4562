import { type Circumstances, decide, isFinished, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { prepare, start, stop, waitUntil } from './actions.js';
import { at, container, desired, exited, failedStart, known, observed, present, running, SANDBOX_UP } from './build.js';

const SPEC = { inits: ['one', 'two'], mains: ['a', 'b'] } as const;
const ALL = present('one', 'two', 'a', 'b');
const END = stop('POD', 0, 'the pod has ended');
type Case = [name: string, seen: ObservedPod, circumstances: Circumstances, expected: PodAction[]];

function decideWith(restartPolicy: 'OnFailure' | 'Never') {
  return (...[, seen, circumstances, expected]: Case): void => {
    expect(decide(desired({ ...SPEC, restartPolicy }), seen, circumstances, at(25))).toEqual(expected);
  };
}

describe('under any policy', () => {
  const cases: Case[] = [
    ['the first one is prepared alone: images are pulled when their turn comes', observed(SANDBOX_UP), known(), [prepare('one')]],
    ['the first one starts alone', observed(SANDBOX_UP), ALL, [start('one')]],
    ['nothing else while it runs', observed(SANDBOX_UP, running('one')), ALL, []],
    ['the second one after the first', observed(SANDBOX_UP, exited('one', 0)), ALL, [start('two')]],
    ['made but not started: the same attempt', observed(SANDBOX_UP, exited('one', 0), container('two')), ALL, [start('two')]],
    ['all main containers after the last', observed(SANDBOX_UP, exited('one', 0), exited('two', 0)), ALL, [start('a'), start('b')]],
    ['pruned ones are done when a later one is there', observed(SANDBOX_UP, running('two')), ALL, []],
    ['pruned ones are done when the last one is', observed(SANDBOX_UP, exited('two', 0)), ALL, [start('a'), start('b')]],
    ['pruned ones are done when a main one is there', observed(SANDBOX_UP, running('a')), ALL, [start('b')]],
    ['and when it is remembered', observed(SANDBOX_UP), known({ ...imagesOf(ALL), ended: [exited('one', 0)] }), [start('two')]],
  ];
  test.each(cases)('OnFailure: %s', decideWith('OnFailure'));
  test.each(cases)('Never: %s', decideWith('Never'));
});

describe('one that failed', () => {
  test.each<Case>([
    ['is tried again at once', observed(SANDBOX_UP, exited('one', 3)), ALL, [start('one', 1)]],
    ['then with a back-off', observed(SANDBOX_UP, exited('one', 3, { attempt: 1 })), ALL, [waitUntil(30)]],
    ['also the second, and the first is not run again', observed(SANDBOX_UP, exited('one', 0), exited('two', 3)), ALL, [start('two', 1)]],
    ['a start that failed too', observed(SANDBOX_UP, failedStart('one', 127)), ALL, [start('one', 1)]],
  ])('OnFailure: %s', decideWith('OnFailure'));

  test.each<Case>([
    ['ends the pod', observed(SANDBOX_UP, exited('one', 3)), ALL, [END]],
    ['ends the pod, the second as well', observed(SANDBOX_UP, exited('one', 0), exited('two', 3)), ALL, [END]],
    ['a start that failed too', observed(SANDBOX_UP, failedStart('one', 127)), ALL, [END]],
    ['exit 0 by a signal from outside is a failure', observed(SANDBOX_UP, exited('one', 0, { endedFromOutside: 15 })), ALL, [END]],
  ])('Never: %s', decideWith('Never'));
});

test.each<[restartPolicy: 'OnFailure' | 'Never', seen: ObservedPod, finished: boolean]>([
  ['Never', observed(SANDBOX_UP, exited('one', 3)), true],
  ['OnFailure', observed(SANDBOX_UP, exited('one', 3)), false],
  ['Never', observed(SANDBOX_UP, exited('a', 1)), false],
  ['Never', observed(SANDBOX_UP, exited('a', 1), exited('b', 0)), true],
  ['OnFailure', observed(SANDBOX_UP, exited('a', 1), exited('b', 0)), false],
  ['OnFailure', observed(SANDBOX_UP, exited('a', 0), exited('b', 0)), true],
])('a pod under %s is finished or not (%#)', (restartPolicy, seen, finished) => {
  expect(isFinished(desired({ ...SPEC, restartPolicy }), seen, known())).toBe(finished);
});

function imagesOf({ images }: Circumstances) {
  return { images: Object.fromEntries(images) };
}
