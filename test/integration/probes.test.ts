import { connectEngine } from '../../src/engine/index.js';
import type { Probe } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const FOREVER = 'while :; do sleep 0.1; done';
/** Serves /www on port 8080 with a busybox; what a request found there is up to the test. */
const SERVE = `mkdir -p /www/cgi-bin; echo ok > /www/ok; httpd -p 8080 -h /www; ${FOREVER}`;
const EVERY_SECOND: Partial<Probe> = { periodSeconds: 1, failureThreshold: 1 };
/** A server that says the same to everybody, once it has been asked. */
const SERVE_GRPC = `printf '#!/bin/sh\\nhead -c 60 > /dev/null; cat /answer; sleep 0.2\\n' > /serve; chmod +x /serve; while :; do nc -l -p 50051 -e /serve; done`;

/** What a gRPC server sends: settings, and on the first stream headers, a HealthCheckResponse, and the status of the call. */
function servesGrpc(status: number): Buffer {
  const frame = (type: number, flags: number, stream: number, payload: readonly number[]): number[] => [0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload];
  const text = (words: string): number[] => [words.length, ...Buffer.from(words)];
  const headers = [0x88, 0x5f, ...text('application/grpc')];
  const trailers = [0x00, ...text('grpc-status'), ...text('0')];
  return Buffer.from([...frame(4, 0, 0, []), ...frame(4, 1, 0, []), ...frame(1, 4, 1, headers), ...frame(0, 0, 1, [0, 0, 0, 0, 2, 8, status]), ...frame(1, 5, 1, trailers)]);
}

/** Bytes as printf of a shell writes them. */
function toPrintf(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

describeWithEngine('probes', (engine) => {
  let node: TestNode;
  const raw = connectEngine('socketPath' in engine.endpoint ? { kind: 'socket', path: engine.endpoint.socketPath } : { kind: 'tcp', ...engine.endpoint });
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  const reasonsOf = (pod: TestPod): string[] => node.provider.podEvents(pod.uid).map(({ reason, message }) => `${reason}: ${message}`);
  const isReady = async (pod: TestPod, name = 'main'): Promise<boolean> => (await pod.containerStatus(name)).ready;
  /** Runs a command in a container of a pod, as somebody who works in it. */
  async function run(pod: TestPod, script: string, name = 'main'): Promise<void> {
    const { containerID = '' } = await pod.containerStatus(name);
    const exec = await raw.startExec(containerID.replace('docker://', ''), { command: ['sh', '-c', script] });
    exec.stream.resume();
    await eventually(async () => !(await raw.inspectExec(exec.id)).running);
  }

  test.each<[name: string, probe: Probe, break_: string]>([
    ['exec', { exec: { command: ['test', '-e', '/www/ok'] } }, 'rm /www/ok'],
    ['httpGet', { httpGet: { path: '/ok', port: 'web' } }, 'rm /www/ok'],
    ['tcpSocket', { tcpSocket: { port: 8080 } }, 'killall httpd'],
  ])('P65: a container whose liveness fails is started again: %s', async (_name, probe, break_) => {
    const ports = [{ name: 'web', containerPort: 8080 }];
    const pod = await node.create(shellPod(SERVE, { restartPolicy: 'Always' }, { ports, livenessProbe: { ...EVERY_SECOND, ...probe, initialDelaySeconds: 1 } }));
    await pod.untilPhase('Running');
    await eventually(async () => (await pod.containerStatus('main')).restartCount === 0);
    await run(pod, break_);
    const restarted = await pod.until(({ containers }) => (containers[0]?.restartCount ?? 0) > 0 && containers[0]?.state?.running !== undefined);
    expect(restarted.containers[0]?.lastState?.terminated?.message).toContain('stopped because a probe or hook of the container failed');
    expect(reasonsOf(pod).filter((line) => line.startsWith('Killing'))).toEqual(['Killing: Container main failed liveness probe, will be restarted']);
    expect(reasonsOf(pod).some((line) => line.startsWith('Unhealthy: Liveness probe failed: '))).toBe(true);
    await pod.delete();
  });

  test.each<[name: string, probe: Probe, make: string, message: string]>([
    ['exec', { exec: { command: ['sh', '-c', 'echo not yet; test -e /www/there'] } }, 'touch /www/there', 'not yet'],
    ['httpGet', { httpGet: { path: '/there', port: 8080 } }, 'touch /www/there', 'HTTP probe failed with statuscode: 404'],
    ['tcpSocket', { tcpSocket: { port: 8081 } }, 'httpd -p 8081 -h /www', ':8081: connect: connection refused'],
  ])('P66: a container is ready as long as it says so: %s', async (_name, probe, make, message) => {
    const pod = await node.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, ...probe } }));
    await pod.untilPhase('Running');
    await untilHolds(() => expect(reasonsOf(pod).join('\n')).toContain(message));
    expect(await isReady(pod)).toBe(false);
    await run(pod, make);
    await eventually(() => isReady(pod));
    await run(pod, 'rm -f /www/there; killall httpd');
    await eventually(async () => !(await isReady(pod)));
    expect((await pod.containerStatus('main')).restartCount).toBe(0);
    await pod.delete();
  });

  test('P67: nothing else is asked before the startup probe has succeeded; one that fails restarts the container', async () => {
    const startupProbe = { ...EVERY_SECOND, failureThreshold: 100, exec: { command: ['test', '-e', '/up'] } };
    const livenessProbe = { ...EVERY_SECOND, exec: { command: ['sh', '-c', 'echo >> /asked; test -e /up'] } };
    const pod = await node.create(shellPod(FOREVER, { restartPolicy: 'Always' }, { startupProbe, livenessProbe }));
    await untilHolds(() => expect(reasonsOf(pod).some((line) => line.startsWith('Unhealthy: Startup probe failed'))).toBe(true));
    expect(await pod.containerStatus('main')).toMatchObject({ started: false, ready: false, restartCount: 0 });
    await run(pod, 'test -e /asked || touch /up');
    await eventually(async () => (await pod.containerStatus('main')).started);
    await pod.delete();

    const failing = await node.create(shellPod(FOREVER, { restartPolicy: 'Never' }, { startupProbe: { ...EVERY_SECOND, exec: { command: ['false'] } } }));
    const { containers } = await failing.untilPhase('Failed');
    expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 137 });
    expect(reasonsOf(failing)).toContain('Killing: Container main failed startup probe');
    await failing.delete();
  });

  test('P67: a main container begins when the startup probe of the sidecar before it has succeeded', async () => {
    const startupProbe = { ...EVERY_SECOND, failureThreshold: 100, exec: { command: ['test', '-e', '/up'] } };
    const pod = await node.create(podFile({ initContainers: [{ ...shell('side', `sleep 2; touch /up; ${FOREVER}`), restartPolicy: 'Always', startupProbe }], containers: [shell('main', 'true')] }));
    await pod.untilPhase('Succeeded');
    const events = reasonsOf(pod);
    expect(events.findIndex((line) => line.startsWith('Unhealthy'))).toBeLessThan(events.indexOf('Started: Started container main'));
    await pod.delete();
  });

  test('P65: a probe whose command hangs fails by its timeout, and nothing of the command stays, also of another user', async () => {
    const livenessProbe = { ...EVERY_SECOND, failureThreshold: 2, exec: { command: ['sh', '-c', 'sleep 1000 & sleep 1001'] } };
    const readinessProbe = { ...EVERY_SECOND, exec: { command: ['true'] } };
    const pod = await node.create(shellPod(FOREVER, { restartPolicy: 'Always', securityContext: { runAsUser: 1234 } }, { livenessProbe, readinessProbe }));
    await untilHolds(() => expect(reasonsOf(pod)).toContain('Unhealthy: Liveness probe failed: command timed out: "sh -c sleep 1000 & sleep 1001" timed out after 1s'), { deadlineMs: 30_000 });
    await pod.until(({ containers }) => (containers[0]?.restartCount ?? 0) > 0);
    await pod.delete();
  });

  test('P66: a command that hangs is ended in a container that lives on', async () => {
    const readinessProbe = { periodSeconds: 2, timeoutSeconds: 1, exec: { command: ['sh', '-c', 'sleep 1000 & sleep 1001'] } };
    const pod = await node.create(shellPod(FOREVER, { securityContext: { runAsUser: 1234 } }, { readinessProbe: readinessProbe }));
    await untilHolds(() => expect(reasonsOf(pod).join()).toContain('timed out after 1s'));
    const { containerID = '' } = await pod.containerStatus('main');
    const top = async (): Promise<string> => (await call(engine.endpoint, 'GET', `/containers/${containerID.replace('docker://', '')}/top`)).text;
    // Between two of them there is a moment with none.
    await eventually(async () => !(await top()).includes('sleep 100'), { deadlineMs: 30_000, intervalMs: 20 });
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('after a restart of the plugin containers are asked again, and what a plugin that was killed left hanging is ended', async () => {
    const probe: Probe = { ...EVERY_SECOND, exec: { command: ['test', '-e', '/bin/sh'] } };
    const pod = await node.create(shellPod(FOREVER, {}, { startupProbe: probe, readinessProbe: probe }));
    await eventually(() => isReady(pod));
    const { containerID = '' } = await pod.containerStatus('main');
    const id = containerID.replace('docker://', '');
    await node.stop();
    const left = await raw.startExec(id, { command: ['sleep', '1002'], env: ['INTERLINK_PROBES_OF=main'] });
    node = await TestNode.start(engine, { node: node.name });
    const same = node.know(pod);
    await eventually(() => isReady(same));
    expect(await same.containerStatus('main')).toMatchObject({ started: true, restartCount: 0 });
    await eventually(async () => !(await raw.inspectExec(left.id)).running);
    await same.delete();
  });

  test('P66: a service that answers the health-checking protocol of gRPC is ready as long as it serves', async () => {
    const pod = await node.create(shellPod(`printf '${toPrintf(servesGrpc(1))}' > /answer; ${SERVE_GRPC}`, {}, { readinessProbe: { ...EVERY_SECOND, grpc: { port: 50051 } } }));
    await eventually(() => isReady(pod));
    await run(pod, `printf '${toPrintf(servesGrpc(2))}' > /answer`);
    await untilHolds(() => expect(reasonsOf(pod)).toContain('Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")'));
    await pod.delete();
  });

  test('no command is left behind when the plugin stops, neither one that hangs nor one that was called off', async () => {
    const readinessProbe: Probe = { periodSeconds: 1, timeoutSeconds: 60, exec: { command: ['sh', '-c', 'sleep 1000 & sleep 1001'] } };
    const other = await TestNode.start(engine);
    try {
      const pods = await Promise.all([1, 2, 3].map(() => other.create(shellPod(FOREVER, {}, { readinessProbe, livenessProbe: { periodSeconds: 1, exec: { command: ['true'] } } }))));
      const ids = await Promise.all(pods.map(async (pod) => (await pod.untilPhase('Running'), (await pod.containerStatus('main')).containerID?.replace('docker://', '') ?? '')));
      const commandsIn = async (id: string): Promise<string> => (await call(engine.endpoint, 'GET', `/containers/${id}/top`)).text;
      for (const id of ids) await eventually(async () => (await commandsIn(id)).includes('sleep 1001'));
      await other.stop();
      for (const id of ids) expect(await commandsIn(id)).not.toContain('sleep 100');
    } finally {
      await other.remove().catch(() => undefined);
      await purgeNode(other.name, engine.endpoint);
    }
  });

  test('P66: where the operator wants it, a container that is not ready is told as waiting, and its pod is not running then', async () => {
    const other = await TestNode.start(engine, { policy: { readinessAsWaiting: true } });
    try {
      const pod = await other.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, httpGet: { path: '/there', port: 8080 } } }));
      await pod.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'ContainerNotReady');
      expect(pod.view.phase).toBe('Pending');
      await run(pod, 'touch /www/there');
      await pod.untilPhase('Running');
      await pod.delete();
    } finally {
      await other.remove();
    }
  });
});
