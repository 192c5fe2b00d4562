import { decide, type DesiredPod, endingByDeadline, isFinished, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { start, stop, waitUntil } from './actions.js';
import { at, desired, exited, known, observed, present, running, SANDBOX_IDLE, SANDBOX_UP, sidecar, time } from './build.js';

/** A pod that must have ended at second 30. */
function limited(shape: Parameters<typeof desired>[0] = {}): DesiredPod {
  return { ...desired(shape), deadline: at(30) };
}

describe('a pod with a deadline', () => {
  test.each<[name: string, wanted: DesiredPod, seen: ObservedPod, second: number, expected: PodAction[]]>([
    ['is waited for while it runs', limited(), observed(SANDBOX_IDLE, running('main')), 20, [waitUntil(30)]],
    ['is waited for beside its next step', limited(), observed(SANDBOX_IDLE), 20, [start('main'), waitUntil(30)]],
    ['has earlier things to wait for', limited(), observed(SANDBOX_IDLE, exited('main', 1, { attempt: 1, finishedAt: time(19) })), 20, [waitUntil(29)]],
    ['needs no waiting when it is over', limited({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, exited('main', 0)), 20, []],
    ['nor afterwards', limited({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, exited('main', 0)), 40, []],
  ])('%s', (_name, wanted, seen, second, expected) => {
    expect(decide(wanted, seen, present('main'), at(second))).toEqual(expected);
  });

  const WITH = { restartPolicy: 'Never', inits: ['one', sidecar('log')], mains: ['a', 'b'] } as const;
  const late = { finishedAt: time(31) };
  test.each<[name: string, wanted: DesiredPod, seen: ObservedPod, second: number, ends: boolean]>([
    ['not before it', limited(), observed(SANDBOX_IDLE, running('main')), 29.999, false],
    ['at it', limited(), observed(SANDBOX_IDLE, running('main')), 30, true],
    ['while it initialises', limited(WITH), observed(SANDBOX_UP, running('one')), 30, true],
    ['while a container waits for its restart', limited(), observed(SANDBOX_IDLE, exited('main', 1, { attempt: 5 })), 30, true],
    ['while one of several runs', limited(WITH), observed(SANDBOX_UP, exited('a', 0), running('b')), 30, true],
    ['not when it was over before', limited({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, exited('main', 3)), 40, false],
    ['not when an init container had failed before', limited(WITH), observed(SANDBOX_UP, exited('one', 3)), 40, false],
    ['not while only its sidecars are being stopped', limited(WITH), observed(SANDBOX_UP, running('log'), exited('a', 0), exited('b', 0)), 40, false],
    ['what ended afterwards was stopped for it, whoever saw that', limited({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, exited('main', 143, late)), 3600, true],
    ['also a success', limited({ restartPolicy: 'Never' }), observed(SANDBOX_IDLE, exited('main', 0, late)), 3600, true],
    ['an init container too', limited(WITH), observed(SANDBOX_UP, exited('one', 143, late)), 3600, true],
    ['never without one', desired(), observed(SANDBOX_IDLE, running('main')), 1e6, false],
  ])('is ended: %s', (_name, wanted, seen, second, ends) => {
    const ending = endingByDeadline(wanted, seen, known(), at(second));
    const expected = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline', graceSeconds: 30, at: at(30), since: at(second) };
    expect(ending).toEqual(ends ? expected : undefined);
  });

  test('is stopped with its grace period, sidecars last, and then is finished', () => {
    const ending = endingByDeadline(limited({ ...WITH, graceSeconds: 7 }), observed(SANDBOX_UP, running('a')), known(), at(31));
    const wanted = { ...limited(WITH), ...(ending && { ending }) };
    const steps = (seen: ObservedPod): readonly PodAction[] => decide(wanted, seen, known(), at(34));
    expect(steps(observed(SANDBOX_UP, running('log'), running('a'), exited('b', 0)))).toEqual([stop('a', 7, 'DeadlineExceeded')]);
    expect(steps(observed(SANDBOX_UP, running('log'), exited('a', 143, late), exited('b', 0)))).toEqual([stop('log', 4, 'DeadlineExceeded')]);
    const ended = observed(SANDBOX_IDLE, exited('log', 143, late), exited('a', 143, late), exited('b', 0));
    expect(steps(ended)).toEqual([]);
    expect(isFinished(wanted, ended, known())).toBe(true);
  });
});
