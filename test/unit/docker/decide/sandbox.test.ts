import { type Circumstances, decide, type DesiredPod, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { CREATE_SANDBOX, prepare, remove, REMOVE_POD, start, START_SANDBOX, stop, waitUntil } from './actions.js';
import { at, container, desired, exited, failedStart, known, observed, present, PRESENT, running, SANDBOX_ENDED, SANDBOX_IDLE, SANDBOX_UP, SANDBOX_UP_AGAIN, time } from './build.js';

type Case = [name: string, wanted: DesiredPod, seen: ObservedPod, circumstances: Circumstances, expected: PodAction[]];

/** Decided at second 50. */
function decideAll(...[, wanted, seen, circumstances, expected]: Case): void {
  expect(decide(wanted, seen, circumstances, at(50))).toEqual(expected);
}

const TWO = { mains: ['a', 'b'] } as const;
const refused = (seconds: number) => known({ images: { a: PRESENT, b: PRESENT }, createFailures: { POD: { message: 'no', failures: 1, retryAt: at(seconds) } } });

describe('a sandbox that is missing', () => {
  test.each<Case>([
    ['is made again before anything else', desired(), observed(undefined), present('main'), [CREATE_SANDBOX]],
    ['also under a running container', desired(), observed(undefined, running('main')), known(), [CREATE_SANDBOX]],
    ['also of a finished pod: it is its record', desired({ restartPolicy: 'Never' }), observed(undefined, exited('main', 0)), known(), [CREATE_SANDBOX]],
    ['waits where the engine refused it', desired(TWO), observed(undefined), refused(60), [waitUntil(60)]],
    ['is tried again at its time', desired(TWO), observed(undefined), refused(50), [CREATE_SANDBOX]],
    ['is waited for while the engine removes it', desired(TWO), observed(container('POD', { state: 'removing' })), present('a', 'b'), []],
    ['is cleared away where the engine could not remove it', desired(TWO), observed(container('POD', { state: 'dead' })), present('a', 'b'), [remove('POD', 0)]],
  ])('%s', decideAll);
});

describe('a sandbox that does not run', () => {
  test.each<Case>([
    ['is no matter to a single container', desired(), observed(SANDBOX_IDLE), present('main'), [start('main')]],
    ['is started for several, while their images come', desired(TWO), observed(SANDBOX_IDLE), known(), [START_SANDBOX, prepare('a'), prepare('b')]],
    ['nothing joins it before', desired(TWO), observed(SANDBOX_IDLE), present('a', 'b'), [START_SANDBOX]],
    ['is started for init containers', desired({ inits: ['one'] }), observed(SANDBOX_IDLE), present('one'), [START_SANDBOX]],
    ['waits where the engine refused to start it', desired(TWO), observed(SANDBOX_IDLE), refused(60), [waitUntil(60)]],
    ['is not started for a pod that is over', desired({ ...TWO, restartPolicy: 'Never' }), observed(SANDBOX_ENDED, exited('a', 0), exited('b', 1)), known(), []],
    ['is stopped when the pod is over', desired({ ...TWO, restartPolicy: 'Never' }), observed(SANDBOX_UP, exited('a', 0), exited('b', 1)), known(), [stop('POD', 0, 'the pod has ended')]],
  ])('%s', decideAll);
});

describe('containers whose sandbox went', () => {
  const members = [running('a'), running('b', { state: 'paused' })];
  const replaced = running('POD', { attempt: 1, createdAt: time(35), startedAt: time(40) });
  const stops = [stop('a', 30, 'SandboxChanged'), stop('b', 30, 'SandboxChanged')];
  test.each<Case>([
    ['are stopped first: they have only lo', desired(TWO), observed(SANDBOX_ENDED, ...members), present('a', 'b'), stops],
    ['with the grace period of the pod', desired({ ...TWO, graceSeconds: 5 }), observed(SANDBOX_ENDED, running('a')), present('a', 'b'), [stop('a', 5, 'SandboxChanged')]],
    ['also when it runs again already', desired(TWO), observed(SANDBOX_UP_AGAIN, ...members), present('a', 'b'), stops],
    ['also when it is another one', desired(TWO), observed(replaced, ...members), present('a', 'b'), stops],
    ['not those that started after it', desired(TWO), observed(SANDBOX_UP_AGAIN, running('a', { startedAt: time(41) }), running('b', { startedAt: time(42) })), known(), []],
    ['not by clocks alone: a sandbox that never ended is the right one', desired(TWO), observed(running('POD', { startedAt: time(15) }), ...members), known(), []],
    ['not in a pod that does not share it', desired(), observed(SANDBOX_ENDED, running('main', { sandboxId: 'gone' })), known(), []],
    ['then it is started', desired(TWO), observed(SANDBOX_ENDED, exited('a', 137, { finishedAt: time(45) }), exited('b', 137, { finishedAt: time(45) })), present('a', 'b'), [START_SANDBOX]],
    ['one made for another sandbox is made anew', desired(TWO), observed(replaced, container('a'), running('b', { startedAt: time(41), sandboxId: 'POD-1' })), present('a', 'b'), [remove('a', 0)]],
    ['one made for this sandbox can join it still', desired(TWO), observed(SANDBOX_UP_AGAIN, container('a'), running('b', { startedAt: time(41) })), known(), [start('a')]],
  ])('%s', decideAll);
});

describe('after a change of sandbox', () => {
  const WITH_INITS = { inits: ['one', 'two'], mains: ['a', 'b'] } as const;
  const done = [exited('one', 0, { startedAt: time(2), finishedAt: time(3) }), exited('two', 0, { startedAt: time(4), finishedAt: time(5) })];
  const stopped = (name: string, exitCode: number) => exited(name, exitCode, { finishedAt: time(45) });
  const all = present('one', 'two', 'a', 'b');
  test.each<Case>([
    ['Always: init containers run again, from the first', desired(WITH_INITS), observed(SANDBOX_UP_AGAIN, ...done, stopped('a', 137), stopped('b', 137)), all, [start('one', 1)]],
    ['Always: then the second, then the rest', desired(WITH_INITS), observed(SANDBOX_UP_AGAIN, ...done, exited('one', 0, { attempt: 1, startedAt: time(41), finishedAt: time(42) }), stopped('a', 137)), all, [start('two', 1)]],
    ['Always: and then the main ones', desired(WITH_INITS), observed(SANDBOX_UP_AGAIN, exited('two', 0, { attempt: 1, startedAt: time(41), finishedAt: time(42) }), stopped('a', 137), stopped('b', 0)), all, [start('a', 1), start('b', 1)]],
    ['OnFailure: one that had succeeded is not run again', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(SANDBOX_UP_AGAIN, exited('a', 0), stopped('b', 137)), all, [start('b', 1)]],
    ['OnFailure: one that we stopped has not succeeded, whatever it says', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(SANDBOX_UP_AGAIN, exited('a', 0), stopped('b', 0)), all, [start('b', 1)]],
    ['OnFailure: one that ended just before its sandbox was stopped has succeeded', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(SANDBOX_ENDED, exited('a', 0), exited('b', 0, { finishedAt: time(30) })), all, []],
    ['OnFailure: nothing to run again, so no init containers either', desired({ ...WITH_INITS, restartPolicy: 'OnFailure' }), observed(SANDBOX_ENDED, ...done, exited('a', 0), exited('b', 0)), all, []],
    ['OnFailure: a pruned one has succeeded as well', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(SANDBOX_UP_AGAIN, stopped('b', 1)), known({ images: { b: PRESENT }, ended: [exited('a', 0)] }), [start('b', 1)]],
    ['Never: what ran stays ended', desired({ ...WITH_INITS, restartPolicy: 'Never' }), observed(SANDBOX_ENDED, ...done, stopped('a', 137), stopped('b', 0)), all, []],
    ['Never: what never ran still runs, and no init container twice', desired({ ...WITH_INITS, restartPolicy: 'Never' }), observed(SANDBOX_UP_AGAIN, ...done, stopped('a', 137)), all, [start('b')]],
    ['Never: done init containers stay done before any main one', desired({ ...WITH_INITS, restartPolicy: 'Never' }), observed(SANDBOX_UP_AGAIN, ...done), all, [start('a'), start('b')]],
    ['Never: an init container that we stopped has failed', desired({ ...WITH_INITS, restartPolicy: 'Never' }), observed(SANDBOX_ENDED, stopped('one', 0)), all, []],
    ['a start that failed before is one of before', desired(WITH_INITS), observed(SANDBOX_UP_AGAIN, failedStart('two', 127)), all, [start('one')]],
    ['a replaced sandbox: ended before it was made is ended', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(container('POD', { attempt: 1, createdAt: time(35) }), exited('a', 0), exited('b', 0)), all, []],
    ['a replaced sandbox: ended after it was made was stopped', desired({ ...TWO, restartPolicy: 'OnFailure' }), observed(running('POD', { attempt: 1, createdAt: time(35) }), exited('a', 0), stopped('b', 0)), all, [start('b', 1)]],
  ])('%s', decideAll);
});

describe('a deletion', () => {
  const deleted = (shape: Parameters<typeof desired>[0]) => desired(shape, { graceSeconds: 12, since: at(0) });
  const why = 'the pod is being deleted';
  test.each<Case>([
    ['stops all that runs at once, the sandbox not', deleted(TWO), observed(SANDBOX_UP, running('a'), running('b', { state: 'paused' })), known(), [stop('a', 12, why), stop('b', 12, why)]],
    ['init containers too', deleted({ inits: ['one'] }), observed(SANDBOX_UP, running('one')), present('main'), [stop('one', 12, why)]],
    ['then removes the pod', deleted(TWO), observed(SANDBOX_UP, exited('a', 0), container('b')), present('b'), [REMOVE_POD]],
    ['of a pod that has nothing', deleted(TWO), observed(undefined), known(), [REMOVE_POD]],
    ['makes no sandbox again, and stops what is left', deleted(TWO), observed(undefined, running('a'), exited('b', 1)), present('b'), [stop('a', 12, why)]],
  ])('%s', decideAll);
});
