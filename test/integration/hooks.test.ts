import type { LifecycleHandler } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const FOREVER = 'while :; do sleep 0.1; done';
/** Says when it is asked to end, and ends. */
const POLITE = `trap 'echo told to end; exit 0' TERM; echo begun; ${FOREVER}`;
/** Serves on port 8080; /cgi-bin/hook leaves a word in the log of the container. */
const SERVE = `mkdir -p /www/cgi-bin; printf '#!/bin/sh\\necho hooked by $HTTP_X_WHO > /proc/1/fd/1\\nprintf "content-type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > /www/cgi-bin/hook; chmod +x /www/cgi-bin/hook; httpd -p 8080 -h /www; ${POLITE}`;

describeWithEngine('hooks', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  const eventsOf = (pod: TestPod): string[] => node.provider.podEvents(pod.uid).map(({ reason, message }) => `${reason}: ${message}`);
  /** The log of a pod that is deleted meanwhile. */
  async function logAtDelete(pod: TestPod): Promise<string> {
    const log = pod.log('main', { Follow: true });
    await pod.untilLogged('begun');
    await pod.delete();
    return log;
  }

  test('P68: a container does not count as running before its postStart has ended, which sees its files', async () => {
    const postStart: LifecycleHandler = { exec: { command: ['sh', '-c', 'until [ -e /go ]; do sleep 0.1; done; echo hook > /proc/1/fd/1'] } };
    const pod = await node.create(shellPod(`echo ours > /file; sleep 3; touch /go; ${FOREVER}`, {}, { lifecycle: { postStart } }));
    const waiting = await pod.until(({ containers }) => containers[0]?.state?.waiting?.message === 'the hook after its start runs');
    expect(waiting.containers[0]).toMatchObject({ ready: false, started: false, state: { waiting: { reason: 'ContainerCreating' } } });
    await pod.untilPhase('Running');
    expect(await pod.log()).toBe('hook\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P68: postStart by exec and by sleep, beside the program', async () => {
    const pod = await node.create(
      podFile({
        containers: [
          shell('main', POLITE, { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hook of $HOSTNAME > /proc/1/fd/1'] } } } }),
          shell('other', POLITE, { lifecycle: { postStart: { sleep: { seconds: 1 } } } }),
        ],
      }, { name: 'hooked' }),
    );
    await pod.untilPhase('Running');
    await pod.untilLogged('hook of hooked');
    expect(eventsOf(pod).filter((line) => line.includes('Hook'))).toEqual([]);
    await pod.delete();
  });

  test('P68: a postStart that fails ends the container, and the policy decides', async () => {
    const lifecycle = { postStart: { exec: { command: ['sh', '-c', 'echo secret; exit 4'] } } };
    const pod = await node.create(shellPod(POLITE, { restartPolicy: 'Never' }, { lifecycle }));
    const { containers } = await pod.untilPhase('Failed');
    expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 143 });
    expect(eventsOf(pod)).toEqual(expect.arrayContaining(['FailedPostStartHook: PostStartHook failed', 'Killing: FailedPostStartHook']));
    expect(eventsOf(pod).join()).not.toContain('secret');
    await pod.delete();

    const again = await node.create(shellPod(POLITE, { restartPolicy: 'OnFailure' }, { lifecycle }));
    await again.until(({ containers: [main] }) => (main?.restartCount ?? 0) > 0);
    await again.delete();
  });

  test.each<[name: string, preStop: LifecycleHandler, log: RegExp]>([
    ['exec', { exec: { command: ['sh', '-c', 'echo hooked > /proc/1/fd/1; sleep 1'] } }, /^begun\nhooked\ntold to end\n$/],
    ['httpGet', { httpGet: { path: '/cgi-bin/hook', port: 'web', httpHeaders: [{ name: 'X-Who', value: 'me' }] } }, /^begun\nhooked by me\ntold to end\n$/],
    ['sleep', { sleep: { seconds: 1 } }, /^begun\ntold to end\n$/],
  ])('P68: preStop by %s comes before the signal, in the grace period', async (_name, preStop, log) => {
    const pod = await node.create(shellPod(preStop.httpGet ? SERVE : POLITE, { terminationGracePeriodSeconds: 20 }, { lifecycle: { preStop }, ports: [{ name: 'web', containerPort: 8080 }] }));
    await pod.untilPhase('Running');
    expect(await logAtDelete(pod)).toMatch(log);
  });

  test('P68: a preStop that hangs ends with the grace period, and its program has 2 s', async () => {
    const pod = await node.create(shellPod(POLITE, { terminationGracePeriodSeconds: 2 }, { lifecycle: { preStop: { exec: { command: ['sleep', '1000'] } } } }));
    await pod.untilPhase('Running');
    expect(await logAtDelete(pod)).toBe('begun\ntold to end\n');
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P68: a preStop that fails is told, and the container is stopped all the same', async () => {
    const pod = await node.create(shellPod(POLITE, { terminationGracePeriodSeconds: 20, restartPolicy: 'Always' }, { lifecycle: { preStop: { exec: { command: ['false'] } } }, livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 } }));
    await pod.untilLogged('begun');
    await untilHolds(() => expect(eventsOf(pod)).toContain('FailedPreStopHook: PreStopHook failed'));
    await pod.until(({ containers: [main] }) => (main?.restartCount ?? 0) > 0);
    await pod.delete();
  });

  test('P68: a container that ends by itself has no preStop', async () => {
    const pod = await node.create(podFile({ volumes: [{ name: 'v', emptyDir: {} }], containers: [shell('main', 'exit 0', { volumeMounts: [{ name: 'v', mountPath: '/v' }], lifecycle: { preStop: { exec: { command: ['touch', '/v/stopped'] } } } }), shell('look', 'sleep 3; ls /v', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })] }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log('look')).toBe('');
    await pod.delete();
  });

  test('P68: a sidecar has hooks too: what comes after it waits for the one after its start, and the other one precedes its end', async () => {
    const side = { ...shell('side', POLITE), restartPolicy: 'Always', lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 1; echo hook 1 > /proc/1/fd/1'] } }, preStop: { exec: { command: ['sh', '-c', 'echo hook 2 > /proc/1/fd/1'] } } } };
    const pod = await node.create(podFile({ initContainers: [side], containers: [shell('main', 'echo main; sleep 1')], terminationGracePeriodSeconds: 20 }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log('side')).toBe('begun\nhook 1\nhook 2\ntold to end\n');
    const lines = (await Promise.all(['side', 'main'].map((name) => pod.log(name, { Timestamps: true })))).join('').trim().split('\n').sort();
    expect(lines.findIndex((line) => line.endsWith(' main'))).toBeGreaterThan(lines.findIndex((line) => line.endsWith('hook 1')));
    await pod.delete();
  });

  test('P68: a plugin that starts again does not repeat a hook after the start', async () => {
    const pod = await node.create(shellPod(POLITE, {}, { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hook > /proc/1/fd/1'] } } } }));
    await pod.untilPhase('Running');
    await pod.untilLogged('hook');
    await node.stop();
    node = await TestNode.start(engine, { node: node.name });
    const same = node.know(pod);
    await eventually(async () => (await same.containerStatus('main')).ready);
    expect(await same.log('main')).toBe('begun\nhook\n');
    await same.delete();
  });
});
