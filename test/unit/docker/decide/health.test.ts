import { decide, type ContainerHealth, type PodAction } from '../../../../src/docker/decide/index.js';
import { toPodStatus, toWireView, withReadinessAsWaiting } from '../../../../src/docker/status/index.js';
import type { Probe } from '../../../../src/kube/index.js';
import { at, type ContainerShape, desired, exited, known, observed, PRESENT, running, SANDBOX_IDLE, SANDBOX_UP, sidecar } from './build.js';

const PROBE: Probe = { tcpSocket: { port: 80 } };
const ALIVE: ContainerShape = { name: 'main', livenessProbe: PROBE };
const WITH_GRACE: ContainerShape = { name: 'main', livenessProbe: { ...PROBE, terminationGracePeriodSeconds: 3 }, startupProbe: { ...PROBE, terminationGracePeriodSeconds: 4 } };

const health = (facts: Partial<ContainerHealth>): ReturnType<typeof known> => known({ images: { main: PRESENT }, health: [{ containerId: 'main-0', ...facts }] });
const stop = (why: string, graceSeconds: number): PodAction => ({ kind: 'stopContainer', containerId: 'main-0', container: 'main', graceSeconds, why, isUnhealthy: true });

test.each<[name: string, main: ContainerShape, policy: 'Always' | 'OnFailure' | 'Never', facts: Partial<ContainerHealth>, expected: PodAction[]]>([
  ['P65: one that answers runs on', ALIVE, 'Always', { liveness: 'success' }, []],
  ['P65: so does one that was not asked yet', ALIVE, 'Always', {}, []],
  ['P65: one whose liveness fails is stopped', ALIVE, 'Always', { liveness: 'failure' }, [stop('Container main failed liveness probe, will be restarted', 30)]],
  ['P65: also where it will not be restarted', ALIVE, 'Never', { liveness: 'failure' }, [stop('Container main failed liveness probe', 30)]],
  ['P65: with the grace period of the probe', WITH_GRACE, 'OnFailure', { startup: 'success', liveness: 'failure' }, [stop('Container main failed liveness probe, will be restarted', 3)]],
  ['P67: a startup probe has its own', WITH_GRACE, 'Always', { startup: 'failure' }, [stop('Container main failed startup probe, will be restarted', 4)]],
  ['P66: one that is not ready runs on', { name: 'main', readinessProbe: PROBE }, 'Always', { readiness: 'failure' }, []],
  ['P68: one whose hook after the start failed is stopped', { name: 'main' }, 'Always', { postStart: 'failed' }, [stop('FailedPostStartHook', 30)]],
  ['P65: what an attempt before did does not count', ALIVE, 'Always', { containerId: 'main-7', liveness: 'failure' }, []],
])('%s', (_name, main, restartPolicy, facts, expected) => {
  expect(decide(desired({ restartPolicy, mains: [main] }), observed(SANDBOX_IDLE, running('main')), health(facts), at(100))).toEqual(expected);
});

test.each<[name: string, policy: 'Always' | 'OnFailure' | 'Never', exitCode: number, restarts: boolean]>([
  ['OnFailure starts it again, though it ended with 0 when it was told to', 'OnFailure', 0, true],
  ['Always does', 'Always', 143, true],
  ['Never does not', 'Never', 0, false],
])('P65: after a stop for its health %s', (_name, restartPolicy, exitCode, restarts) => {
  const actions = decide(desired({ restartPolicy, mains: [ALIVE] }), observed(SANDBOX_IDLE, exited('main', exitCode, { unhealthy: true })), health({ liveness: 'failure' }), at(100));
  expect(actions).toEqual(restarts ? [{ kind: 'startContainer', container: 'main', attempt: 1, backOffMs: 0 }] : []);
});

test.each<[name: string, facts: Partial<ContainerHealth>, starts: boolean]>([
  ['waits for the startup probe', {}, false],
  ['begins when that has succeeded', { startup: 'success' }, true],
  ['waits for the hook after its start', { startup: 'success', postStart: 'underWay' }, false],
])('P67: what comes after a sidecar %s', (_name, facts, starts) => {
  const wanted = desired({ inits: [sidecar('side', { startupProbe: PROBE, lifecycle: { postStart: { exec: { command: ['x'] } } } })] });
  const circumstances = known({ images: { main: PRESENT }, health: [{ containerId: 'side-0', ...facts }] });
  const actions = decide(wanted, observed(SANDBOX_UP, running('side')), circumstances, at(100));
  expect(actions.map(({ kind }) => kind)).toEqual(starts ? ['startContainer'] : []);
});

type Shown = { ready: boolean; started: boolean; state: 'running' | 'waiting' };

test.each<[name: string, main: ContainerShape, facts: Partial<ContainerHealth>, expected: Shown]>([
  ['ready without a probe', { name: 'main' }, {}, { ready: true, started: true, state: 'running' }],
  ['P66: not ready before its probe has said so', { name: 'main', readinessProbe: PROBE }, {}, { ready: false, started: true, state: 'running' }],
  ['P66: then ready', { name: 'main', readinessProbe: PROBE }, { readiness: 'success' }, { ready: true, started: true, state: 'running' }],
  ['P66: not ready when it fails', { name: 'main', readinessProbe: PROBE }, { readiness: 'failure' }, { ready: false, started: true, state: 'running' }],
  ['P67: neither before its startup probe has succeeded', { name: 'main', startupProbe: PROBE }, {}, { ready: false, started: false, state: 'running' }],
  ['P67: both when it has', { name: 'main', startupProbe: PROBE }, { startup: 'success' }, { ready: true, started: true, state: 'running' }],
  ['P65: not touched by liveness', ALIVE, { liveness: 'failure' }, { ready: true, started: true, state: 'running' }],
  ['P68: waiting while the hook after its start runs', { name: 'main' }, { postStart: 'underWay' }, { ready: false, started: false, state: 'waiting' }],
  ['P68: running after it', { name: 'main' }, { postStart: 'done' }, { ready: true, started: true, state: 'running' }],
])('status: %s', (_name, main, facts, expected) => {
  const { pod } = desired({ mains: [main] });
  const { containers } = toPodStatus({ pod, observed: observed(SANDBOX_IDLE, running('main')), circumstances: health(facts), now: at(100) });
  const [{ ready, started, state } = { ready: undefined, started: undefined, state: undefined }] = containers;
  expect({ ready, started, state: state?.running ? 'running' : 'waiting' }).toEqual(expected);
});

test.each<[name: string, main: ContainerShape, facts: Partial<ContainerHealth>, expected: string]>([
  ['ready', { name: 'main', readinessProbe: PROBE }, { readiness: 'success' }, 'running'],
  ['not ready', { name: 'main', readinessProbe: PROBE }, { readiness: 'failure' }, 'ContainerNotReady: the readiness probe of the container has not succeeded'],
  ['not started up', { name: 'main', startupProbe: PROBE }, {}, 'ContainerNotReady: the container has not started up'],
  ['without probes', { name: 'main' }, {}, 'running'],
])('P66: where readiness is told as waiting, a container that is %s', (_name, main, facts, expected) => {
  const { pod } = desired({ mains: [main] });
  const statuses = toPodStatus({ pod, observed: observed(SANDBOX_IDLE, running('main', { attempt: 1, id: 'main-0' }), exited('main', 3, { id: 'main-before' })), circumstances: health(facts), now: at(100) });
  const [told] = toWireView(pod, withReadinessAsWaiting(statuses)).containers;
  const { waiting } = told?.state ?? {};
  expect(waiting === undefined ? 'running' : `${waiting.reason}: ${waiting.message}`).toBe(expected);
  expect(told?.lastState?.terminated?.exitCode).toBe(3);
});
