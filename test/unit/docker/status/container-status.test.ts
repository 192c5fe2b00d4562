import { rememberEnded } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer } from '../../../../src/docker/record/index.js';
import { toPodStatus } from '../../../../src/docker/status/index.js';
import type { ContainerStatus } from '../../../../src/kube/index.js';
import { at, container, exited, failedStart, known, observed, pod, running, SANDBOX_ENDED, SANDBOX_IDLE, time } from '../decide/build.js';

function statusOf(...attempts: readonly ObservedContainer[]): ContainerStatus | undefined {
  return toPodStatus({ pod: pod({ restartPolicy: 'Never' }), observed: observed(SANDBOX_IDLE, ...attempts), circumstances: known(), now: at(25) }).containers[0];
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

describe('how a container ended', () => {
  test.each<[name: string, attempt: ObservedContainer, expected: Pick<Terminated, 'exitCode' | 'reason' | 'signal' | 'message'>]>([
    ['success', exited('main', 0), { exitCode: 0, reason: 'Completed' }],
    ['failure', exited('main', 3), { exitCode: 3, reason: 'Error' }],
    ['a code over 128 may be the program’s own: no signal is made up', exited('main', 143), { exitCode: 143, reason: 'Error' }],
    ['a shell that did not find its command ran', exited('main', 127), { exitCode: 127, reason: 'Error' }],
    ['out of memory', exited('main', 137, { oomKilled: true }), { exitCode: 137, reason: 'OOMKilled', signal: 9, message: 'OOMKilled: the container, or a process in it, was killed for want of memory' }],
    ['out of memory in a child', exited('main', 0, { oomKilled: true }), { exitCode: 0, reason: 'OOMKilled', message: 'OOMKilled: the container, or a process in it, was killed for want of memory' }],
    ['command not found', failedStart('main', 127, { error: 'not found' }), { exitCode: 127, reason: 'ContainerCannotRun', message: 'ContainerCannotRun: not found' }],
    ['command not executable', failedStart('main', 126, { error: 'permission denied' }), { exitCode: 126, reason: 'ContainerCannotRun', message: 'ContainerCannotRun: permission denied' }],
    ['another failed start', failedStart('main', 128, { error: 'no such user' }), { exitCode: 128, reason: 'StartError', message: 'StartError: no such user' }],
    ['stopped from outside, exit 0', exited('main', 0, { endedFromOutside: 15 }), { exitCode: 143, reason: 'Error', signal: 15, message: 'Error: stopped by signal 15 from outside the cluster' }],
    ['killed from outside', exited('main', 137, { endedFromOutside: 9 }), { exitCode: 137, reason: 'Error', signal: 9, message: 'Error: stopped by signal 9 from outside the cluster' }],
    ['with last words', exited('main', 3, { terminationMessage: 'all is lost\n' }), { exitCode: 3, reason: 'Error', message: 'Error: all is lost\n' }],
    ['a success with last words', exited('main', 0, { terminationMessage: 'done' }), { exitCode: 0, reason: 'Completed', message: 'Completed: done' }],
    ['out of memory, with last words', exited('main', 137, { oomKilled: true, terminationMessage: 'more!' }), { exitCode: 137, reason: 'OOMKilled', signal: 9, message: 'OOMKilled: more!' }],
    ['stopped from outside, with a code of its own', exited('main', 7, { endedFromOutside: 15 }), { exitCode: 7, reason: 'Error', message: 'Error: stopped by signal 15 from outside the cluster' }],
  ])('%s', (_name, attempt, expected) => {
    const times = attempt.startedAt === undefined ? { startedAt: '2026-11-21T08:00:20Z' } : { startedAt: '2026-11-21T08:00:10Z' };
    expect(statusOf(attempt)?.state?.terminated).toEqual({ ...expected, ...times, finishedAt: '2026-11-21T08:00:20Z', containerID: 'docker://main-0' });
  });

  test('vanished: somebody removed it while it ran', () => {
    const ended = rememberEnded(new Map(), observed(SANDBOX_IDLE, running('main')), observed(SANDBOX_IDLE), at(20));
    const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never' }), observed: observed(SANDBOX_IDLE), circumstances: { ...known(), ended }, now: at(25) });
    expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: '2026-11-21T08:00:20Z' });
    expect(containers[0]?.state?.terminated?.message).toMatch(/^ContainerStatusUnknown: /);
  });

  test('stopped by us because the sandbox went: not a success', () => {
    const seen = observed(SANDBOX_ENDED, exited('a', 0, { finishedAt: time(31) }), exited('b', 0));
    const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never', mains: ['a', 'b'] }), observed: seen, circumstances: known(), now: at(50) });
    expect(containers.map(({ state }) => state?.terminated?.exitCode)).toEqual([143, 0]);
  });

  test('the node ended the pod: what it stopped says so, and never reads as success', () => {
    const ending = { reason: 'Evicted', message: 'too much', graceSeconds: 0, at: at(15), since: at(15) } as const;
    const seen = observed(SANDBOX_IDLE, exited('done', 0, { finishedAt: time(12) }), exited('trapped', 0), exited('killed', 137));
    const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never', mains: ['done', 'trapped', 'killed', 'never'] }), observed: seen, circumstances: known(), now: at(50), ending });
    const evicted = { exitCode: 137, reason: 'Evicted', message: 'Evicted: too much' };
    expect(containers.map(({ state }) => state?.terminated)).toMatchObject([{ exitCode: 0, reason: 'Completed' }, evicted, evicted, evicted]);
  });

  test('finishedAt is never before startedAt, as the engine sometimes says', () => {
    const { startedAt, finishedAt } = statusOf(exited('main', 0, { startedAt: '2026-11-21T08:00:11.0001Z', finishedAt: '2026-11-21T08:00:10.9996Z' }))?.state?.terminated ?? {};
    expect([startedAt, finishedAt]).toEqual(['2026-11-21T08:00:11Z', '2026-11-21T08:00:11Z']);
  });
});

describe('messages have an equal part each of the 12 kB of a pod', () => {
  test.each<[containers: number, longest: number]>([
    [1, 4103],
    [3, 4096],
    [4, 3072],
    [10, 1228],
  ])('%i containers: %i bytes', (count, longest) => {
    const names = Array.from({ length: count }, (_, index) => `c${index}`);
    const words = (name: string): ObservedContainer => exited(name, 1, { attempt: 1, terminationMessage: 'a'.repeat(4096) });
    const seen = observed(SANDBOX_ENDED, ...names.flatMap((name) => [{ ...words(name), attempt: 0, id: `${name}-0` }, words(name)]));
    const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never', mains: names }), observed: seen, circumstances: known(), now: at(25) });
    for (const { state, lastState } of containers) expect([state, lastState].map((one) => one?.terminated?.message?.length)).toEqual([longest, longest]);
  });

  test('no character is cut in two', () => {
    const seen = observed(SANDBOX_ENDED, ...['a', 'b', 'c'].map((name) => exited(name, 1, { terminationMessage: '☕'.repeat(1400) })));
    const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never', mains: ['a', 'b', 'c'] }), observed: seen, circumstances: known(), now: at(25) });
    expect(containers[0]?.state?.terminated?.message).toBe(`Error: ${'☕'.repeat(1363)}`);
  });
});

describe('the rest of a status', () => {
  test.each<[name: string, attempts: ObservedContainer[], expected: Partial<ContainerStatus>]>([
    ['never tried', [], { containerID: '', imageID: '', restartCount: 0, ready: false, started: false, lastState: {} }],
    ['made', [container('main')], { containerID: 'docker://main-0', imageID: 'docker://sha256:1111', ready: false, started: false }],
    ['running is ready', [running('main', { attempt: 3 })], { containerID: 'docker://main-3', restartCount: 3, ready: true, started: true, state: { running: { startedAt: '2026-11-21T08:00:10Z' } } }],
    ['ended', [exited('main', 0)], { containerID: 'docker://main-0', ready: false, started: false }],
    ['an old attempt started by hand does not turn the count back', [running('main'), exited('main', 1, { attempt: 1 })], { containerID: 'docker://main-0', restartCount: 1, ready: true }],
  ])('%s', (_name, attempts, expected) => {
    expect(statusOf(...attempts)).toMatchObject({ name: 'main', image: 'main:1', ...expected });
  });

  test.each<[name: string, more: Partial<ObservedContainer>, imageID: string]>([
    ['pullable where its repository has it', { repoDigest: 'quay.io/app@sha256:00' }, 'docker-pullable://quay.io/app@sha256:00'],
    ['else the engine\'s own', {}, 'docker://sha256:1111'],
    ['as the cluster was told, where nobody else knows', { imageId: 'docker-pullable://quay.io/app@sha256:01' }, 'docker-pullable://quay.io/app@sha256:01'],
  ])('P79: the image\'s id is %s', (_name, more, imageID) => {
    expect(statusOf(running('main', more))?.imageID).toBe(imageID);
  });

  test('an init container is ready when it has done its work', () => {
    const readyOf = (one: ObservedContainer): boolean | undefined =>
      toPodStatus({ pod: pod({ inits: ['one'], restartPolicy: 'Never' }), observed: observed(SANDBOX_IDLE, one), circumstances: known(), now: at(25) }).initContainers[0]?.ready;
    expect([running('one'), exited('one', 1), exited('one', 0)].map(readyOf)).toEqual([false, false, true]);
  });
});
