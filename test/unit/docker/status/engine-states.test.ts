import type { ObservedContainer } from '../../../../src/docker/record/index.js';
import { podPhaseOf, toPodStatus } from '../../../../src/docker/status/index.js';
import type { ContainerStatus, PodPhase } from '../../../../src/kube/index.js';
import { at, container, failedStart, known, observed, pod, running, SANDBOX_IDLE, time } from '../decide/build.js';

type Policy = 'Always' | 'Never';
type Expected = readonly [state: string, phase: PodPhase, ready: boolean];

const ENDED = { startedAt: time(10), finishedAt: time(20), exitCode: 3 };
const WAITS: Expected = ['waiting ContainerCreating', 'Pending', false];
const RUNS: Expected = ['running 2026-11-21T08:00:10Z', 'Running', true];
const HAS_ENDED: Expected = ['terminated Error 3 2026-11-21T08:00:10Z 2026-11-21T08:00:20Z', 'Failed', false];
/** Its first restart does not wait for a back-off: it is about to be made. */
const RESTARTS: Expected = ['waiting ContainerCreating', 'Running', false];

function toText({ state = {} }: ContainerStatus): string {
  if (state.running) return `running ${state.running.startedAt}`;
  if (state.terminated) return `terminated ${state.terminated.reason} ${state.terminated.exitCode} ${state.terminated.startedAt} ${state.terminated.finishedAt}`;
  return `waiting ${state.waiting?.reason}`;
}

function look(attempt: ObservedContainer, restartPolicy: Policy): Expected {
  const seen = { pod: pod({ restartPolicy }), observed: observed(SANDBOX_IDLE, attempt), circumstances: known(), now: at(25) };
  const statuses = toPodStatus(seen);
  const [status] = statuses.containers;
  return [status === undefined ? '' : toText(status), podPhaseOf(seen.pod, statuses), status?.ready ?? false];
}

test.each<[engineState: string, attempt: ObservedContainer, underNever: Expected, underAlways: Expected]>([
  ['created', container('main'), WAITS, WAITS],
  ['created, the start has failed', failedStart('main', 127), ['terminated ContainerCannotRun 127 2026-11-21T08:00:20Z 2026-11-21T08:00:20Z', 'Failed', false], RESTARTS],
  ['running', running('main'), RUNS, RUNS],
  ['paused by an operator', running('main', { state: 'paused' }), RUNS, RUNS],
  ['restarting, by an operator\'s restart policy', running('main', { state: 'restarting', finishedAt: time(20), exitCode: 3 }), RUNS, RUNS],
  ['removing, before it ever ran', container('main', { state: 'removing' }), WAITS, WAITS],
  ['removing', container('main', { state: 'removing', ...ENDED }), HAS_ENDED, RESTARTS],
  ['exited', container('main', { state: 'exited', ...ENDED }), HAS_ENDED, RESTARTS],
  ['dead: the engine failed to remove it', container('main', { state: 'dead', error: 'failed to remove root filesystem: /secret/path', ...ENDED }), HAS_ENDED, RESTARTS],
  // Nothing tells it from a start that had failed: it must not be taken for one that is still to run.
  ['dead, and never ran', container('main', { state: 'dead', error: 'failed to remove root filesystem' }), ['terminated StartError 128 2026-11-21T08:00:00Z 2026-11-21T08:00:00Z', 'Failed', false], RESTARTS],
])('P81: a container that the engine calls %s', (_name, attempt, underNever, underAlways) => {
  expect([look(attempt, 'Never'), look(attempt, 'Always')]).toEqual([underNever, underAlways]);
});

test('P81: why the engine could not remove a container is not told of its end', () => {
  const dead = container('main', { state: 'dead', error: 'failed to remove root filesystem: /secret/path', ...ENDED });
  const { containers } = toPodStatus({ pod: pod({ restartPolicy: 'Never' }), observed: observed(SANDBOX_IDLE, dead), circumstances: known(), now: at(25) });
  expect(containers[0]?.state?.terminated).not.toHaveProperty('message');
});
