import type { Circumstances } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import { podPhaseOf, toPodStatus, toWireView } from '../../../../src/docker/status/index.js';
import type { ContainerStatus } from '../../../../src/kube/index.js';
import { at, exited, failedStart, known, observed, pod, present, running, SANDBOX_UP, sidecar } from '../decide/build.js';

const SPEC = { restartPolicy: 'Never', inits: ['one', sidecar('proxy'), 'two'], mains: ['a', 'b'] } as const;
const DONE = [exited('one', 0), exited('two', 0)];

function truthOf(seen: ObservedPod, circumstances: Circumstances = known()) {
  return toPodStatus({ pod: pod(SPEC), observed: seen, circumstances, now: at(25) });
}

/** `a running`, `two waiting PodInitializing`, `one terminated 0`, … */
function brief({ name, state }: ContainerStatus): string {
  if (state?.running) return `${name} running`;
  if (state?.waiting) return `${name} waiting ${state.waiting.reason ?? ''}`;
  return `${name} terminated ${state?.terminated?.exitCode ?? ''}`;
}

type Case = [name: string, seen: ObservedContainer[], truth: string[], told: string[], phase: string];

test.each<Case>([
  ['before its turn', [], ['one waiting PodInitializing', 'proxy waiting PodInitializing', 'two waiting PodInitializing'], ['one waiting PodInitializing', 'two waiting PodInitializing'], 'Pending'],
  ['in its turn', [exited('one', 0)], ['one terminated 0', 'proxy waiting PodInitializing', 'two waiting PodInitializing'], ['one terminated 0', 'two waiting PodInitializing'], 'Pending'],
  ['running', [exited('one', 0), running('proxy')], ['one terminated 0', 'proxy running', 'two waiting PodInitializing'], ['one terminated 0', 'two waiting PodInitializing'], 'Pending'],
  ['running beside the main ones', [...DONE, running('proxy'), running('a'), running('b')], ['one terminated 0', 'proxy running', 'two terminated 0'], ['one terminated 0', 'two terminated 0'], 'Running'],
  ['to be restarted', [...DONE, exited('proxy', 1, { attempt: 1 }), running('a'), running('b')], ['one terminated 0', 'proxy waiting CrashLoopBackOff', 'two terminated 0'], ['one terminated 0', 'two terminated 0'], 'Running'],
  ['being stopped', [...DONE, running('proxy'), exited('a', 0), exited('b', 0)], ['one terminated 0', 'proxy running', 'two terminated 0'], ['one terminated 0', 'two terminated 0'], 'Running'],
  ['stopped', [...DONE, exited('proxy', 143), exited('a', 0), exited('b', 0)], ['one terminated 0', 'proxy terminated 143', 'two terminated 0'], ['one terminated 0', 'proxy terminated 0', 'two terminated 0'], 'Succeeded'],
  ['stopped, a main one has failed', [...DONE, exited('proxy', 0), exited('a', 0), exited('b', 4)], ['one terminated 0', 'proxy terminated 0', 'two terminated 0'], ['one terminated 0', 'proxy terminated 0', 'two terminated 0'], 'Failed'],
  ['never started, an init container has failed', [exited('one', 3)], ['one terminated 3', 'proxy terminated 137', 'two terminated 1'], ['one terminated 3', 'proxy terminated 0', 'two terminated 1'], 'Failed'],
])('a sidecar %s', (_name, seen, truth, told, phase) => {
  const status = truthOf(observed(SANDBOX_UP, ...seen));
  expect(status.initContainers.map(brief)).toEqual(truth);
  expect(toWireView(pod(SPEC), status).initContainers.map(brief)).toEqual(told);
  expect(podPhaseOf(pod(SPEC), status)).toBe(phase);
});

test.each<[name: string, end: ObservedContainer, message: string | undefined]>([
  ['a success', exited('proxy', 0), undefined],
  ['a signal', exited('proxy', 143), 'Error: exit code 143'],
  ['a start that failed', failedStart('proxy', 127), 'ContainerCannotRun: exit code 127: exec: "nosuch": not found'],
])('its real end is in the message: %s', (_name, end, message) => {
  const { initContainers } = toWireView(pod(SPEC), truthOf(observed(SANDBOX_UP, ...DONE, end, exited('a', 0), exited('b', 0))));
  const { terminated } = initContainers[1]?.state ?? {};
  expect([terminated?.exitCode, terminated?.message]).toEqual([0, message]);
});

describe('all terminated is final: while a sidecar is being stopped', () => {
  test('the main container that ended last runs on', () => {
    const seen = observed(SANDBOX_UP, ...DONE, running('proxy'), exited('a', 1, { finishedAt: at(22).toISOString() }), exited('b', 0));
    const { containers } = toWireView(pod(SPEC), truthOf(seen));
    expect(containers.map(brief)).toEqual(['a running', 'b terminated 0']);
    expect(containers[0]?.state?.running?.startedAt).toBe('2026-11-21T08:00:10Z');
  });

  test('one that never ran is waiting', () => {
    const seen = observed(SANDBOX_UP, exited('one', 0), running('proxy'), exited('two', 3));
    expect(toWireView(pod(SPEC), truthOf(seen)).containers.map(brief)).toEqual(['a terminated 1', 'b waiting PodInitializing']);
  });
});

test('what keeps a sidecar from its first start is told by those that wait for it', () => {
  const circumstances = known({ images: { proxy: { kind: 'failed', reason: 'ErrImageNeverPull', message: 'no such image', failures: 1, retryAt: at(30) } } });
  const { containers } = toWireView(pod(SPEC), truthOf(observed(SANDBOX_UP, exited('one', 0)), circumstances));
  expect(containers.map(({ state }) => state)).toEqual(Array(2).fill({ waiting: { reason: 'PodInitializing', message: 'sidecar proxy: ErrImageNeverPull: no such image' } }));
});

test('a pod without sidecars is told of as it is', () => {
  const plain = pod({ inits: ['one'] });
  const status = toPodStatus({ pod: plain, observed: observed(SANDBOX_UP, running('one')), circumstances: present('main'), now: at(25) });
  expect(toWireView(plain, status)).toEqual(status);
});

describe('P64: the helper of a mesh is no container of the pod', () => {
  const MESHED = { restartPolicy: 'Never', inits: [sidecar('MESH'), 'one'], mains: ['a'] } as const;
  const told = (...seen: ObservedContainer[]): ReturnType<typeof toWireView> =>
    toWireView(pod(MESHED), toPodStatus({ pod: pod(MESHED), observed: observed(SANDBOX_UP, ...seen), circumstances: known(), now: at(25) }));

  test.each<[name: string, seen: ObservedContainer[], expected: string[]]>([
    ['before all', [], ['one waiting PodInitializing']],
    ['while the pod runs', [running('MESH'), exited('one', 0), running('a')], ['one terminated 0']],
    ['when all has ended', [exited('MESH', 143), exited('one', 0), exited('a', 0)], ['one terminated 0']],
  ])('%s', (_name, seen, expected) => {
    expect(told(...seen).initContainers.map(brief)).toEqual(expected);
  });

  test('its failure is told by who waits for it, with its end and its wait', () => {
    const [main] = told(exited('MESH', 3, { attempt: 1 })).containers;
    expect(main?.state?.waiting?.message).toMatch(/^the network of the pod is not connected with its cluster: it ended with exit code 3.*; CrashLoopBackOff: back-off/);
  });
});
