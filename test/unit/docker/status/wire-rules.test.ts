import type { Circumstances } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import { podPhaseOf, toPodStatus } from '../../../../src/docker/status/index.js';
import type { ContainerState, ContainerStatus } from '../../../../src/kube/index.js';
import { lostContainers } from '../../../../src/wire/index.js';
import { at, container, exited, failedStart, known, observed, pod, present, PRESENT, running, SANDBOX_ENDED, SANDBOX_IDLE, SANDBOX_UP, SANDBOX_UP_AGAIN, time } from '../decide/build.js';

type Shape = Parameters<typeof pod>[0];
const WITH_INITS = { inits: ['one', 'two'], mains: ['a', 'b'] } as const;

/** Asked at second 25. */
function statusOf(shape: Shape, seen: ObservedPod, circumstances: Circumstances = known(), deletion?: { graceSeconds: number; since: Date }) {
  return toPodStatus({ pod: pod(shape), observed: seen, circumstances, deletion, now: at(25) });
}

function only(statuses: readonly ContainerStatus[]): ContainerStatus {
  const [status, ...others] = statuses;
  if (status === undefined || others.length > 0) throw new Error('not exactly one status');
  return status;
}

/** State of the one container of a pod. */
function mainOf(seen: ObservedPod, circumstances?: Circumstances, shape: Shape = {}): ContainerStatus {
  return only(statusOf(shape, seen, circumstances).containers);
}

/** `running`, `waiting PodInitializing`, `terminated 3`, … */
function brief({ state }: ContainerStatus): string {
  if (state?.running) return 'running';
  if (state?.waiting) return `waiting ${state.waiting.reason ?? ''}`;
  return `terminated ${state?.terminated?.exitCode ?? ''}`;
}

describe('every entry of spec.containers, every time, and of spec.initContainers', () => {
  test.each<[name: string, seen: ObservedPod]>([
    ['nothing observed', observed(undefined)],
    ['some observed, in another order', observed(SANDBOX_UP, running('b'), exited('two', 0))],
    ['containers that are not in the spec', observed(SANDBOX_UP, running('stranger'))],
  ])('%s', (_name, seen) => {
    const { containers, initContainers } = statusOf(WITH_INITS, seen);
    expect(containers.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(initContainers.map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

describe('all terminated is final: what will be restarted is waiting, with its last end in lastState', () => {
  const cases: [name: string, policy: 'Always' | 'OnFailure' | 'Never', attempt: ObservedContainer, state: string, last: number | undefined][] = [
    ['first restart, at once', 'Always', exited('main', 0), 'waiting ContainerCreating', 0],
    ['second restart, after a while', 'Always', exited('main', 2, { attempt: 1 }), 'waiting CrashLoopBackOff', 2],
    ['OnFailure, failed', 'OnFailure', exited('main', 2), 'waiting ContainerCreating', 2],
    ['OnFailure, stopped from outside with exit 0', 'OnFailure', exited('main', 0, { endedFromOutside: 15 }), 'waiting ContainerCreating', 143],
    ['OnFailure, succeeded', 'OnFailure', exited('main', 0), 'terminated 0', undefined],
    ['Never', 'Never', exited('main', 2), 'terminated 2', undefined],
  ];
  test.each(cases)('%s', (_name, restartPolicy, attempt, state, last) => {
    const status = mainOf(observed(SANDBOX_IDLE, attempt), present('main'), { restartPolicy });
    expect(brief(status)).toBe(state);
    expect(status.lastState?.terminated?.exitCode).toBe(last);
  });
});

describe('lastState is only ever the attempt before', () => {
  test.each<[name: string, attempts: ObservedContainer[], ended: ObservedContainer[], last: string | undefined]>([
    ['the one before a running one', [exited('main', 1), running('main', { attempt: 1 })], [], 'docker://main-0'],
    ['the one before one that is made', [exited('main', 1), container('main', { attempt: 1 })], [], 'docker://main-0'],
    ['none before the first', [running('main')], [], undefined],
    ['not one from further back', [exited('main', 1), running('main', { attempt: 2 })], [], undefined],
    ['from memory where it was pruned', [running('main', { attempt: 2 })], [exited('main', 1, { attempt: 1 })], 'docker://main-1'],
    ['a start that failed', [failedStart('main', 127), running('main', { attempt: 1 })], [], 'docker://main-0'],
    ['not one that never started', [container('main'), running('main', { attempt: 1 })], [], undefined],
  ])('%s', (_name, attempts, ended, last) => {
    const { lastState } = mainOf(observed(SANDBOX_IDLE, ...attempts), known({ ended }));
    expect(lastState?.terminated?.containerID).toBe(last);
  });

  test('of a container that ended for good it is the attempt before that', () => {
    const status = mainOf(observed(SANDBOX_IDLE, exited('main', 4), exited('main', 0, { attempt: 1 })), known(), { restartPolicy: 'OnFailure' });
    expect([brief(status), status.lastState?.terminated?.exitCode, status.restartCount]).toEqual(['terminated 0', 4, 1]);
  });
});

describe('waiting reasons and messages', () => {
  const failed = (reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName', failedAt: number) =>
    known({ images: { main: { kind: 'failed', reason, message: 'no such host', failures: 2, retryAt: at(failedAt + 20) } } });
  const nothing = observed(SANDBOX_IDLE);
  test.each<[name: string, seen: ObservedPod, circumstances: Circumstances, expected: ContainerState['waiting']]>([
    ['nothing asked for yet', nothing, known(), { reason: 'ContainerCreating' }],
    ['the image comes', nothing, known({ images: { main: { kind: 'pulling' } } }), { reason: 'ContainerCreating' }],
    ['the image comes, and says how far', nothing, known({ images: { main: { kind: 'pulling', message: '3 of 9 MB' } } }), { reason: 'ContainerCreating', message: '3 of 9 MB' }],
    ['it is being made', nothing, present('main'), { reason: 'ContainerCreating' }],
    ['it is made', observed(SANDBOX_IDLE, container('main')), known(), { reason: 'ContainerCreating' }],
    ['ErrImagePull right after a failure', nothing, failed('ErrImagePull', 21), { reason: 'ErrImagePull', message: 'no such host' }],
    ['ImagePullBackOff while backing off', nothing, failed('ErrImagePull', 15), { reason: 'ImagePullBackOff', message: 'Back-off pulling image "main:1": ErrImagePull: no such host' }],
    ['ErrImageNeverPull', nothing, failed('ErrImageNeverPull', 15), { reason: 'ErrImageNeverPull', message: 'no such host' }],
    ['InvalidImageName', nothing, failed('InvalidImageName', 15), { reason: 'InvalidImageName', message: 'no such host' }],
    [
      'CreateContainerError',
      nothing,
      known({ images: { main: PRESENT }, createFailures: { main: { message: 'invalid mount', failures: 1, retryAt: at(30) } } }),
      { reason: 'CreateContainerError', message: 'invalid mount' },
    ],
    [
      'CrashLoopBackOff',
      observed(SANDBOX_IDLE, exited('main', 1, { attempt: 4 })),
      known({ backOffMs: { main: 40_000 } }),
      { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=main pod=web_default(5392840b-2ec1-46e0-829b-2e82f09609e0)' },
    ],
    [
      'a sandbox that cannot be made',
      observed(undefined),
      known({ createFailures: { POD: { message: 'no address left', failures: 1, retryAt: at(30) } } }),
      { reason: 'ContainerCreating', message: 'failed to create the sandbox of the pod: no address left' },
    ],
  ])('%s', (_name, seen, circumstances, expected) => {
    expect(mainOf(seen, circumstances).state).toEqual({ waiting: expected });
  });
});

describe('while an init container waits or runs, main containers are waiting', () => {
  test.each<[name: string, seen: ObservedPod, circumstances: Circumstances, inits: string[], mains: string[]]>([
    ['before the first', observed(SANDBOX_IDLE), known(), ['waiting PodInitializing', 'waiting PodInitializing'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['the first runs', observed(SANDBOX_UP, running('one')), known(), ['running', 'waiting PodInitializing'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['the first is tried again', observed(SANDBOX_UP, exited('one', 1, { attempt: 1 })), known(), ['waiting CrashLoopBackOff', 'waiting PodInitializing'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['the second runs', observed(SANDBOX_UP, exited('one', 0), running('two')), known(), ['terminated 0', 'running'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['the second runs, the first was pruned', observed(SANDBOX_UP, running('two')), known(), ['terminated 0', 'running'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['both are done', observed(SANDBOX_UP, exited('one', 0), exited('two', 0)), present('a'), ['terminated 0', 'terminated 0'], ['waiting PodInitializing', 'waiting PodInitializing']],
    ['main ones run', observed(SANDBOX_UP, exited('one', 0), exited('two', 0), running('a'), running('b')), known(), ['terminated 0', 'terminated 0'], ['running', 'running']],
    ['main ones run, both were pruned', observed(SANDBOX_UP, running('a'), running('b')), known(), ['terminated 0', 'terminated 0'], ['running', 'running']],
    [
      'again after a change of sandbox',
      observed(SANDBOX_UP_AGAIN, exited('one', 0), exited('two', 0), exited('a', 137, { finishedAt: time(45) }), exited('b', 1)),
      known(),
      ['waiting ContainerCreating', 'waiting PodInitializing'],
      ['waiting PodInitializing', 'waiting PodInitializing'],
    ],
  ])('%s', (_name, seen, circumstances, inits, mains) => {
    const { containers, initContainers } = statusOf(WITH_INITS, seen, circumstances);
    expect(initContainers.map(brief)).toEqual(inits);
    expect(containers.map(brief)).toEqual(mains);
  });
});

test('init containers of a pod that has succeeded stay completed when its sandbox ends', () => {
  const seen = observed(SANDBOX_ENDED, exited('one', 0), exited('two', 0), exited('a', 0), exited('b', 0));
  const { containers, initContainers } = statusOf({ ...WITH_INITS, restartPolicy: 'OnFailure' }, seen);
  expect([...initContainers, ...containers].map(brief)).toEqual(['terminated 0', 'terminated 0', 'terminated 0', 'terminated 0']);
});

describe('after a failed init container with no restart left none is left waiting', () => {
  test.each<[name: string, seen: ObservedPod, inits: string[]]>([
    ['the first', observed(SANDBOX_UP, exited('one', 3)), ['terminated 3', 'terminated 1']],
    ['the second', observed(SANDBOX_UP, exited('one', 0), exited('two', 3)), ['terminated 0', 'terminated 3']],
    ['the second, the first was pruned', observed(SANDBOX_UP, exited('two', 3)), ['terminated 0', 'terminated 3']],
    ['a start that failed', observed(SANDBOX_UP, failedStart('one', 127)), ['terminated 127', 'terminated 1']],
  ])('%s', (_name, seen, inits) => {
    const { containers, initContainers } = statusOf({ ...WITH_INITS, restartPolicy: 'Never' }, seen);
    expect(initContainers.map(brief)).toEqual(inits);
    expect(containers.map(brief)).toEqual(['terminated 1', 'terminated 1']);
    expect(podPhaseOf(pod(WITH_INITS), { containers, initContainers })).toBe('Failed');
  });

  test('those that never ran tell why, at the time of the failure', () => {
    const { containers } = statusOf({ ...WITH_INITS, restartPolicy: 'Never' }, observed(SANDBOX_UP, exited('one', 3)));
    expect(containers[0]?.state).toEqual({
      terminated: { exitCode: 1, reason: 'PodInitFailed', message: 'PodInitFailed: init container one ended with exit code 3', startedAt: '2026-11-21T08:00:20Z', finishedAt: '2026-11-21T08:00:20Z' },
    });
  });
});

describe('during a deletion', () => {
  test.each<[name: string, shape: Shape, seen: ObservedPod, inits: string[], mains: string[]]>([
    ['what runs is running', { mains: ['a', 'b'] }, observed(SANDBOX_UP, running('a'), exited('b', 2)), [], ['running', 'terminated 2']],
    ['what never started never will', { mains: ['a', 'b'] }, observed(SANDBOX_UP, container('a')), [], ['terminated 137', 'terminated 137']],
    ['what would have been restarted is not', { mains: ['a', 'b'] }, observed(SANDBOX_UP, exited('a', 0), exited('b', 1, { attempt: 5 })), [], ['terminated 0', 'terminated 1']],
    ['while initialising', WITH_INITS, observed(SANDBOX_UP, running('one')), ['running', 'terminated 137'], ['terminated 137', 'terminated 137']],
    ['an init container that would have been tried again', WITH_INITS, observed(SANDBOX_UP, exited('one', 4)), ['terminated 4', 'terminated 137'], ['terminated 137', 'terminated 137']],
  ])('%s', (_name, shape, seen, inits, mains) => {
    const { containers, initContainers } = statusOf(shape, seen, known(), { graceSeconds: 30, since: at(20) });
    expect(initContainers.map(brief)).toEqual(inits);
    expect(containers.map(brief)).toEqual(mains);
  });

  test('one that never started says so', () => {
    const { containers } = statusOf({}, observed(SANDBOX_IDLE), known(), { graceSeconds: 30, since: at(20) });
    expect(only(containers).state?.terminated).toEqual({ exitCode: 137, reason: 'PodDeleted', message: 'PodDeleted: the pod was deleted before this container started' });
  });
});

describe('an unknown pod that should be here', () => {
  test('is answered as terminated, ContainerStatusUnknown, exit code 137, with every container', () => {
    const status = lostContainers(pod(WITH_INITS), at(25));
    expect(podPhaseOf(pod(WITH_INITS), status)).toBe('Failed');
    for (const { state } of [...status.containers, ...status.initContainers]) {
      expect(state?.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown', finishedAt: '2026-11-21T08:00:25Z' });
      expect(state?.terminated?.message).toMatch(/^ContainerStatusUnknown: /);
    }
    expect([...status.initContainers, ...status.containers].map(({ name }) => name)).toEqual(['one', 'two', 'a', 'b']);
  });
});

describe('engine states', () => {
  const ran = { startedAt: time(10), finishedAt: time(20), exitCode: 5 };
  test.each<[state: ObservedContainer['state'], attempt: ObservedContainer, expected: string]>([
    ['created', container('main'), 'waiting ContainerCreating'],
    ['running', running('main'), 'running'],
    ['paused', running('main', { state: 'paused' }), 'running'],
    ['restarting', running('main', { state: 'restarting' }), 'running'],
    ['removing', container('main', { state: 'removing', ...ran }), 'terminated 5'],
    ['exited', container('main', { state: 'exited', ...ran }), 'terminated 5'],
    ['dead', container('main', { state: 'dead', ...ran }), 'terminated 5'],
  ])('%s', (_state, attempt, expected) => {
    expect(brief(mainOf(observed(SANDBOX_IDLE, attempt), known(), { restartPolicy: 'Never' }))).toBe(expected);
  });
});

test.each<[name: string, shape: Shape, seen: ObservedPod, phase: string]>([
  ['nothing yet', {}, observed(SANDBOX_IDLE), 'Pending'],
  ['one runs, one never has', { mains: ['a', 'b'] }, observed(SANDBOX_UP, running('a')), 'Pending'],
  ['all run', { mains: ['a', 'b'] }, observed(SANDBOX_UP, running('a'), running('b')), 'Running'],
  ['one waits for its restart', { mains: ['a', 'b'] }, observed(SANDBOX_UP, running('a'), exited('b', 1)), 'Running'],
  ['initialising', { inits: ['one'] }, observed(SANDBOX_UP, running('one')), 'Pending'],
  ['one ended, one runs', { mains: ['a', 'b'], restartPolicy: 'Never' }, observed(SANDBOX_UP, running('a'), exited('b', 1)), 'Running'],
  ['all succeeded', { mains: ['a', 'b'], restartPolicy: 'Never' }, observed(SANDBOX_ENDED, exited('a', 0), exited('b', 0)), 'Succeeded'],
  ['one failed', { mains: ['a', 'b'], restartPolicy: 'Never' }, observed(SANDBOX_ENDED, exited('a', 0), exited('b', 1)), 'Failed'],
])('phase: %s', (_name, shape, seen, phase) => {
  expect(podPhaseOf(pod(shape), statusOf(shape, seen))).toBe(phase);
});
