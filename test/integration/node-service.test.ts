import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '../support/endpoint.js';
import { type CommandEnd, startCommand } from '../support/command.js';
import { describeWithEngine, objectsOf, objectsOfNode, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';
import { PluginScene } from '../support/plugin-scene.js';
import { shellPod, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

describeWithEngine('a node that is taken out of service', (engine) => {
  let scene: PluginScene;
  beforeEach(async () => {
    scene = await PluginScene.open(engine);
  });
  afterEach(() => scene.close());

  const run = (order: string, ...args: readonly string[]): Promise<CommandEnd> => startCommand([order, '--url', scene.plugin.url, ...args]).end;
  const podsTold = async (): Promise<string | undefined> => ((await scene.caller.ping()) as { resources?: { pods: string } }).resources?.pods;
  const untilTold = (pods: string): Promise<unknown> => eventually(async () => (await podsTold()) === pods);
  const restart = async (): Promise<void> => {
    await scene.plugin.kill();
    await scene.plugin.start();
  };
  const know = (pod: TestPod): TestPod => Object.assign(scene.newPod({ pod: { metadata: { name: 'x', namespace: 'default' }, spec: { containers: [] } }, configMaps: [], secrets: [] }), { body: pod.body });

  test('P39: a cordoned node has room for no pod, over a kill of the plugin; a pod that comes all the same runs', async () => {
    await untilTold('110');
    expect(await run('cordon')).toMatchObject({ exitCode: 0, stdout: `node ${scene.node} is cordoned\n` });
    expect(await podsTold()).toBe('0');
    await restart();
    const taints = [{ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }];
    await eventually(async () => expect(await scene.caller.ping()).toMatchObject({ resources: { pods: '0', cpu: expect.stringMatching(/^\d/) as string }, taints }) ?? true);
    await scene.running(shellPod('exec sleep 1000'));
    expect(await run('uncordon')).toMatchObject({ exitCode: 0, stdout: `node ${scene.node} takes pods again\n` });
    await untilTold('110');
    expect((await objectsOfNode(scene.node, engine.endpoint)).volumes.filter((name) => name.includes('cordon'))).toEqual([]);
  });

  test('a drain ends every pod with its grace period, goes on over a restart of the plugin, and nothing is started again', async () => {
    const slow = await scene.running(shellPod('trap "sleep 3; echo bye; exit 0" TERM; while :; do sleep 0.1; done', { restartPolicy: 'Always', terminationGracePeriodSeconds: 60 }));
    const stubborn = await scene.running(shellPod('trap "" TERM; while :; do sleep 0.1; done', { restartPolicy: 'OnFailure', terminationGracePeriodSeconds: 2 }));
    const done = await scene.create(shellPod('exit 0'));
    await done.untilPhase('Succeeded');
    const draining = startCommand(['drain', '--url', scene.plugin.url]);
    await eventually(async () => (await scene.plugin.call('GET', '/debug/node')).text.includes('"evicted"'));
    await restart();
    const { exitCode, stdout, stderr } = await draining.end;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`nothing runs on node ${scene.node} any more`);
    await restart();
    const message = `Evicted: The node ${scene.node} is being drained by its operator.`;
    for (const pod of [slow, stubborn].map(know)) {
      await pod.untilPhase('Failed');
      expect(await pod.containerStatus('main')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 137, message } } });
      expect((await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, engine.endpoint)).containers).toHaveLength(2);
    }
    expect(await know(slow).log()).toBe('bye\n');
    await know(done).untilPhase('Succeeded');
    expect(await podsTold()).toBe('0');
  });

  test('a drain that runs out of time says what is left, one that only waits evicts nothing, and both leave the node cordoned', async () => {
    const pod = await scene.running(shellPod('exec sleep 1000'));
    const { exitCode, stderr } = await run('drain', '--wait-only', '--timeout', '1s');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('1 pods are left: default/test; the node stays cordoned') as string]);
    expect(await pod.containerStatus('main')).toMatchObject({ state: { running: {} } });
    await run('uncordon');
    const draining = startCommand(['drain', '--wait-only', '--url', scene.plugin.url]);
    await eventually(async () => (await scene.plugin.call('GET', '/debug/node')).text.includes('cordonedSince'));
    draining.child.kill('SIGINT');
    expect(await draining.end).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('stays cordoned') as string });
    expect(await podsTold()).toBe('0');
  });

  test('without a plugin the mark is set on the engine, and the next plugin finds it; a plugin that may live is not passed over', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cordon-'));
    const config = join(directory, 'config.yaml');
    const socket = 'socketPath' in scene.plugin.endpoint ? scene.plugin.endpoint.socketPath : '';
    writeFileSync(config, `NodeName: ${scene.node}\nDockerHost: ${engine.dockerHost}\nSocket: ${socket}\n`);
    writeFileSync(`${config}.elsewhere`, `NodeName: ${scene.node}\nDockerHost: ${engine.dockerHost}\nSocket: ${directory}/nobody.sock\n`);
    const direct = (order: string, file = config): Promise<CommandEnd> => startCommand([order, '--config', file]).end;
    try {
      expect(await direct('uncordon', `${config}.elsewhere`)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`a plugin holds the node name ${scene.node}`) as string });
      await scene.plugin.stop();
      expect(await direct('cordon')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('No plugin listens') as string, stdout: expect.stringContaining('without a plugin') as string });
      await scene.plugin.start();
      await eventually(async () => JSON.stringify(await scene.caller.ping()).includes('unschedulable'));
      await scene.plugin.kill();
      expect(await direct('uncordon')).toMatchObject({ exitCode: 0 });
      await scene.plugin.start();
      await untilTold('110');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describeWithEngine('the ping of a node whose engine is away', (engine) => {
  test('P39: has room for no pod, with what was known of the node; before the engine was ever reached with nothing else', async () => {
    const node = uniqueNode('away');
    const proxy = await FaultProxy.start(engine.endpoint);
    await proxy.refuse();
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node });
    const ping = async (): Promise<{ resources: Record<string, unknown>; taints: unknown }> => {
      const { status, text } = await call(plugin.endpoint, 'GET', '/status', { body: [] });
      expect(status).toBe(200);
      return JSON.parse(text) as Awaited<ReturnType<typeof ping>>;
    };
    const notReady = [{ key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoSchedule' }];
    try {
      expect(await ping()).toEqual({ status: 'ok', resources: { cpu: '', memory: '', pods: '0', accelerators: [] }, taints: notReady });
      await proxy.resume();
      await eventually(async () => (await ping()).resources['pods'] === '110');
      const before = await ping();
      await proxy.refuse();
      await eventually(async () => (await ping()).resources['pods'] === '0');
      expect(await ping()).toEqual({ ...before, resources: { ...before.resources, pods: '0' }, taints: notReady });
      expect((await plugin.call('POST', '/debug/node/cordon')).status).toBe(503);
      await proxy.resume();
      await eventually(async () => (await ping()).resources['pods'] === '110');
    } finally {
      await plugin.remove();
      await proxy.stop();
      await purgeNode(node, engine.endpoint);
    }
  });
});
