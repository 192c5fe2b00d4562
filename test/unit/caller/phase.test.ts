import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_VIEW, makeStamp, readPodFile, toCallerPhase, toCreateBody } from '../../../src/caller/index.js';
import type { CallerView } from '../../../src/caller/index.js';
import type { ContainerState, ContainerStatus, Pod } from '../../../src/kube/index.js';
import type { PodStatusJson } from '../../../src/wire/index.js';

const WIRE = join(__dirname, '../../fixtures/wire');
const POD = podOf('metadata: {name: p}\nspec: {containers: [{name: a, image: i}, {name: b, image: i}]}');

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const waiting: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode, reason: 'OOMKilled', message: 'm' } });

function podOf(yaml: string): Pod {
  return toCreateBody(readPodFile(`kind: Pod\n${yaml}`), makeStamp(new Date(0))).pod;
}

function status(name: string, state: ContainerState): ContainerStatus {
  return { name, image: 'i', imageID: '', ready: false, restartCount: 0, state, lastState: {} };
}

function answer(mains: Record<string, ContainerState>, inits: Record<string, ContainerState> = {}): PodStatusJson[] {
  const list = (states: Record<string, ContainerState>) => Object.entries(states).map(([name, state]) => status(name, state));
  const { name, namespace, uid } = POD.metadata;
  return [{ name, namespace, UID: uid, JID: 'j', containers: list(mains), initContainers: list(inits) }];
}

function reasonsOf(view: CallerView): (string | undefined)[] {
  return view.containers.map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason);
}

test.each<[name: string, answer: PodStatusJson[], phase: string, reason: string]>([
  ['all run', answer({ a: running, b: running }), 'Running', 'Running'],
  ['one runs, one waits', answer({ a: running, b: waiting }), 'Running', 'Running'],
  ['one runs, one has failed', answer({ a: ended(3), b: running }), 'Running', 'Running'],
  ['all wait', answer({ a: waiting, b: waiting }), 'Pending', ''],
  ['one has ended, one waits', answer({ a: ended(0), b: waiting }), 'Pending', ''],
  ['all have ended well', answer({ a: ended(0), b: ended(0) }), 'Succeeded', 'Completed'],
  ['the last failure is told', answer({ a: ended(3), b: ended(4) }), 'Failed', 'Error: 4'],
  ['one has failed', answer({ a: ended(3), b: ended(0) }), 'Failed', 'Error: 3'],
  ['an init container runs', answer({ a: running, b: running }, { one: running, two: waiting }), 'Pending', 'Waiting for init containers'],
  ['the last init container runs', answer({ a: waiting, b: waiting }, { one: ended(0), two: running }), 'Pending', 'Init'],
  ['an init container waits', answer({ a: ended(1), b: ended(1) }, { one: waiting }), 'Pending', 'Waiting for init containers'],
  ['an init container failed, mains wait: it hangs', answer({ a: waiting, b: waiting }, { one: ended(3) }), 'Pending', ''],
  ['an init container failed, mains ended', answer({ a: ended(1), b: ended(1) }, { one: ended(3) }), 'Failed', 'Error: 1'],
  ['an init container failed, mains ended well', answer({ a: ended(0), b: ended(0) }, { one: ended(3) }), 'Failed', 'Error: 3'],
  ['a native sidecar that is not left out', answer({ a: running, b: running }, { one: running }), 'Pending', 'Init'],
  ['no entry', [], 'Pending', ''],
  ["another pod's entry", answer({ a: ended(0), b: ended(0) }).map((entry) => ({ ...entry, UID: 'other' })), 'Pending', ''],
])('%s', (_name, entries, phase, reason) => {
  expect(toCallerPhase(POD, FIRST_VIEW, entries)).toMatchObject({ phase, reason });
});

test('while init containers are not done, main ones wait whatever the answer says', () => {
  expect(reasonsOf(toCallerPhase(POD, FIRST_VIEW, answer({ a: running, b: ended(0) }, { one: ended(0), two: running })))).toEqual(['Init:1/2', 'Init:1/2']);
  expect(reasonsOf(toCallerPhase(POD, FIRST_VIEW, answer({ a: running }, { one: waiting })))).toEqual(['PodInitializing']);
});

test("the plugin's reason of an end is overwritten, its message kept", () => {
  const view = toCallerPhase(POD, FIRST_VIEW, answer({ a: ended(0), b: running }));
  expect(view.containers[0]?.state?.terminated).toEqual({ exitCode: 0, reason: 'Completed', message: 'm' });
  expect(reasonsOf(toCallerPhase(POD, FIRST_VIEW, answer({ a: ended(0), b: ended(9) })))).toEqual(['Error: 9', 'Error: 9']);
});

test('running is ready', () => {
  expect(toCallerPhase(POD, FIRST_VIEW, answer({ a: running, b: waiting })).containers.map(({ ready }) => ready)).toEqual([true, false]);
});

test('waiting again after running leaves the phase', () => {
  const before = toCallerPhase(POD, FIRST_VIEW, answer({ a: running, b: running }));
  expect(toCallerPhase(POD, before, answer({ a: waiting, b: ended(0) })).phase).toBe('Running');
});

test.each(['Succeeded', 'Failed'] as const)('%s is final', (phase) => {
  const before: CallerView = { ...FIRST_VIEW, phase };
  expect(toCallerPhase(POD, before, answer({ a: running, b: running }))).toBe(before);
});

test.each<[name: string, answer: PodStatusJson[], phase: string, problem: RegExp]>([
  ['an empty list', answer({}), 'Succeeded', /no status of a, b: the pod counts as Succeeded/],
  ['a short list that ended well', answer({ b: ended(0) }), 'Succeeded', /no status of a:/],
  ['a short list with a failure', answer({ b: ended(2) }), 'Failed', /no status of a: the virtual kubelet crashes/],
])('%s is told as a problem', (_name, entries, phase, problem) => {
  expect(toCallerPhase(POD, FIRST_VIEW, entries)).toMatchObject({ phase, problem: expect.stringMatching(problem) as string });
});

/** Answers of the recording, and the status that interLink itself sent afterwards. */
test.each<[answer: string, later: string]>([
  ['status-multi-running', 'status-multi-terminated'],
  ['status-initfailing-initialising', 'status-initfailing-terminated'],
  ['status-quickstart-running', 'status-quickstart-terminated'],
])('reads %s as interLink did', (given, later) => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(WIRE, `${file}.json`), 'utf8'));
  const [pod] = read(`${later}.request`) as Pod[];
  const view = toCallerPhase(pod as Pod, FIRST_VIEW, read(`${given}.response`) as PodStatusJson[]);
  expect(view.phase).toBe(pod?.status?.phase);
  expect(view.containers.map(stateKinds)).toEqual(pod?.status?.containerStatuses?.map(stateKinds));
});

function stateKinds({ name, ready, state }: ContainerStatus): unknown {
  return { name, ready, kinds: Object.keys(state ?? {}), reason: state?.waiting?.reason };
}
