import { type Circumstances, decide, type DesiredPod, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { prepare, remove, start, stop, waitUntil } from './actions.js';
import { at, container, desired, exited, failedStart, known, observed, present, PRESENT, running, SANDBOX_IDLE, SANDBOX_UP } from './build.js';

type Case = [name: string, wanted: DesiredPod, seen: ObservedPod, circumstances: Circumstances, expected: PodAction[]];

/** Decided at second 25: five seconds after the usual end of a container. */
function decideAll(...[, wanted, seen, circumstances, expected]: Case): void {
  expect(decide(wanted, seen, circumstances, at(25))).toEqual(expected);
}

const TWO = { mains: ['a', 'b'] } as const;

describe('a main container that never ran', () => {
  test.each<Case>([
    ['asks for its image first', desired(), observed(SANDBOX_IDLE), known(), [prepare('main')]],
    ['starts when the image is there', desired(), observed(SANDBOX_IDLE), present('main'), [start('main')]],
    ['waits quietly for a pull', desired(), observed(SANDBOX_IDLE), known({ images: { main: { kind: 'pulling' } } }), []],
    ['made but not started: the same attempt is started', desired(), observed(SANDBOX_IDLE, container('main')), known(), [start('main')]],
    ['made as a restart: the same attempt, with the back-off its number tells', desired(), observed(SANDBOX_IDLE, exited('main', 1, { attempt: 2 }), container('main', { attempt: 3 })), known(), [start('main', 3, 20_000)]],
    ['all of them go side by side', desired(TWO), observed(SANDBOX_UP), present('a'), [start('a'), prepare('b')]],
    ['one that waits does not hold another up', desired(TWO), observed(SANDBOX_UP, running('a')), present('b'), [start('b')]],
    ['running: nothing to do', desired(), observed(SANDBOX_IDLE, running('main')), known(), []],
  ])('%s', decideAll);
});

describe('an image or a container that cannot be had', () => {
  const failed = (retryAt: number) => ({ kind: 'failed', reason: 'ErrImagePull', message: 'no such host', failures: 1, retryAt: at(retryAt) }) as const;
  const refused = (retryAt: number) => ({ message: 'no', failures: 1, retryAt: at(retryAt) });
  test.each<Case>([
    ['a failed pull waits for its time', desired(), observed(SANDBOX_IDLE), known({ images: { main: failed(30) } }), [waitUntil(30)]],
    ['a failed pull is tried again at its time', desired(), observed(SANDBOX_IDLE), known({ images: { main: failed(25) } }), [prepare('main')]],
    ['a refused create waits for its time', desired(), observed(SANDBOX_IDLE), known({ images: { main: PRESENT }, createFailures: { main: refused(26) } }), [waitUntil(26)]],
    ['a refused create is tried again at its time', desired(), observed(SANDBOX_IDLE), known({ images: { main: PRESENT }, createFailures: { main: refused(25) } }), [start('main')]],
    ['of two waits the earlier one counts', desired(TWO), observed(SANDBOX_UP), known({ images: { a: failed(50), b: failed(40) } }), [waitUntil(40)]],
    ['a wait may stand beside another action', desired(TWO), observed(SANDBOX_UP), known({ images: { a: failed(50), b: PRESENT } }), [start('b'), waitUntil(50)]],
  ])('%s', decideAll);
});

describe('a main container that ended', () => {
  const policies = ['Always', 'OnFailure', 'Never'] as const;
  test.each<[exitCode: number, outcome: readonly boolean[]]>([
    [0, [true, false, false]],
    [1, [true, true, false]],
    [137, [true, true, false]],
  ])('with exit code %i is restarted under Always, OnFailure, Never: %j', (exitCode, outcome) => {
    const restarts = policies.map((restartPolicy) => decide(desired({ restartPolicy }), observed(SANDBOX_IDLE, exited('main', exitCode)), present('main'), at(25)).length > 0);
    expect(restarts).toEqual(outcome);
  });

  test.each<Case>([
    ['is restarted where the pod names no policy', desired(), observed(SANDBOX_IDLE, exited('main', 0)), present('main'), [start('main', 1)]],
    ['its image is asked for again', desired(), observed(SANDBOX_IDLE, exited('main', 0)), known(), [prepare('main')]],
    ['exit 0 from outside is a failure', desired({ restartPolicy: 'OnFailure' }), observed(SANDBOX_IDLE, exited('main', 0, { endedFromOutside: 15 })), present('main'), [start('main', 1)]],
    ['a failed start is an end like any other', desired({ restartPolicy: 'OnFailure' }), observed(SANDBOX_IDLE, failedStart('main', 127)), present('main'), [start('main', 1)]],
    ['a failed start is final under Never', desired({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, failedStart('main', 127)), present('main'), []],
    ['a failed start without a code is a failure too', desired({ restartPolicy: 'OnFailure' }), observed(SANDBOX_IDLE, failedStart('main', 0)), present('main'), [start('main', 1)]],
    ['pruned, it still has run: Never', desired({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE), known({ images: { main: PRESENT }, ended: [exited('main', 0)] }), []],
    ['pruned, its number still counts', desired(), observed(SANDBOX_IDLE), known({ images: { main: PRESENT }, ended: [exited('main', 1)] }), [start('main', 1)]],
    ['pruned beside an older attempt, the remembered one is the newer', desired(), observed(SANDBOX_IDLE, exited('main', 1)), known({ images: { main: PRESENT }, backOffMs: { main: 0 }, ended: [exited('main', 1, { attempt: 1 })] }), [waitUntil(30)]],
  ])('%s', decideAll);
});

describe('engine states', () => {
  const dead = { startedAt: '2026-11-21T08:00:10Z', finishedAt: '2026-11-21T08:00:20Z' };
  test.each<Case>([
    ['paused is running', desired(), observed(SANDBOX_IDLE, running('main', { state: 'paused' })), present('main'), []],
    ['restarting is running: the engine is at it', desired(), observed(SANDBOX_IDLE, running('main', { state: 'restarting' })), present('main'), []],
    ['removing is an end', desired(), observed(SANDBOX_IDLE, container('main', { state: 'removing', ...dead })), present('main'), [start('main', 1)]],
    ['dead is an end', desired(), observed(SANDBOX_IDLE, container('main', { state: 'dead', ...dead })), present('main'), [start('main', 1)]],
    ['removed before it ran: it has not run, but its name is taken', desired({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, container('main', { state: 'removing' })), present('main'), [start('main', 1)]],
    ['an old attempt that somebody started by hand is the one', desired(), observed(SANDBOX_IDLE, running('main'), exited('main', 1, { attempt: 1 })), present('main'), []],
    ['of two that run the newer stays', desired({ graceSeconds: 7 }), observed(SANDBOX_IDLE, running('main'), running('main', { attempt: 1 })), present('main'), [stop('main', 7, 'a newer attempt runs')]],
  ])('%s', decideAll);
});

describe('old attempts', () => {
  const attempts = (newest: ReturnType<typeof running>) => observed(SANDBOX_IDLE, exited('main', 1), exited('main', 1, { attempt: 1 }), newest);
  test.each<Case>([
    ['the newest dead one stays beside a running one', desired(), attempts(running('main', { attempt: 2 })), known(), [remove('main', 0)]],
    ['and beside one that is made', desired(), attempts(container('main', { attempt: 2 })), known(), [remove('main', 0), start('main', 2, 10_000)]],
    ['the last of a finished container keeps the one before', desired({ restartPolicy: 'OnFailure' }), attempts(exited('main', 0, { attempt: 2 })), known(), [remove('main', 0)]],
    ['a failed start is a dead one', desired(), observed(SANDBOX_IDLE, failedStart('main', 128), exited('main', 1, { attempt: 1 }), running('main', { attempt: 2 })), known(), [remove('main', 0)]],
    ['one that is being removed is left alone', desired(), observed(SANDBOX_IDLE, exited('main', 1, { state: 'removing' }), exited('main', 1, { attempt: 1 }), running('main', { attempt: 2 })), known(), []],
    ['what is only remembered is not removed', desired(), observed(SANDBOX_IDLE, exited('main', 1, { attempt: 2 }), running('main', { attempt: 3 })), known({ ended: [exited('main', 1, { attempt: 1 })] }), []],
  ])('%s', decideAll);
});
