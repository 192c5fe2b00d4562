import { existsSync, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { makeStamp, PluginCaller, toCreateBody, toLogBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess, type PluginOptions } from '../support/plugin-process.js';
import { shellPod, TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('interlink-docker serve', (engine) => {
  const nodes: string[] = [];
  const plugins: PluginProcess[] = [];
  beforeAll(() => ensureBusybox(engine.endpoint));
  afterAll(async () => {
    for (const plugin of plugins) await plugin.remove();
    for (const node of nodes) await purgeNode(node, engine.endpoint);
  });

  async function start(options: Partial<PluginOptions> = {}): Promise<PluginProcess> {
    const node = uniqueNode('serve');
    nodes.push(node);
    const plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, ...options });
    plugins.push(plugin);
    return plugin;
  }

  const socketOf = ({ endpoint }: PluginProcess): string => ('socketPath' in endpoint ? endpoint.socketPath : '');

  async function createOn(plugin: PluginProcess, script: string): Promise<TestPod> {
    const caller = new PluginCaller(plugin.url);
    const body = toCreateBody(shellPod(script), makeStamp(new Date()));
    const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
    await pod.untilPhase('Running');
    return pod;
  }

  /** It answers at once; the ping is answered when it has reached the engine. */
  const untilReady = (plugin: PluginProcess): Promise<unknown> => eventually(async () => (await plugin.call('GET', '/status', [])).status === 200);

  const containersOf = async (pod: TestPod): Promise<number> => (await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, engine.endpoint)).containers.length;

  test.each<[listen: 'socket' | 'port']>([['socket'], ['port']])('a stop by an operator leaves the pods running, and the next start finds them: %s', async (listen) => {
    const plugin = await start({ listen });
    const pod = await createOn(plugin, 'echo begun; exec sleep 600');
    const before = await pod.containerStatus('main');
    expect(await plugin.stop()).toBe(0);
    expect(await containersOf(pod)).toBe(2);
    await expect(plugin.call('GET', '/healthz')).rejects.toThrow();
    await plugin.start();
    const after = (await pod.until((_status, view) => view.phase === 'Running')).containers[0];
    expect([after?.containerID, after?.restartCount, after?.state]).toEqual([before.containerID, 0, before.state]);
    expect(await pod.log()).toBe('begun\n');
    await pod.delete();
    expect(await containersOf(pod)).toBe(0);
  });

  test('a pod that ended while no plugin ran is told with its code', async () => {
    const plugin = await start();
    const pod = await createOn(plugin, 'trap "exit 7" USR1; echo begun; while :; do sleep 0.1; done');
    const id = (await pod.containerStatus('main')).containerID?.replace('docker://', '') ?? '';
    await plugin.stop();
    expect((await call(engine.endpoint, 'POST', `/containers/${id}/kill?signal=USR1`)).status).toBe(204);
    expect((await call(engine.endpoint, 'POST', `/containers/${id}/wait`)).json()).toMatchObject({ StatusCode: 7 });
    await plugin.start();
    expect((await pod.untilPhase('Failed')).containers[0]?.state?.terminated?.exitCode).toBe(7);
    await pod.delete();
  });

  test('the socket is for owner and group, and goes with the plugin', async () => {
    const plugin = await start();
    expect((statSync(socketOf(plugin)).mode & 0o777).toString(8)).toBe('660');
    await untilReady(plugin);
    expect(await plugin.stop()).toBe(0);
    expect(existsSync(socketOf(plugin))).toBe(false);
  });

  test('a socket left by a plugin that was killed is replaced', async () => {
    const plugin = await start();
    await plugin.kill('SIGKILL');
    expect(existsSync(socketOf(plugin))).toBe(true);
    await plugin.start();
    await untilReady(plugin);
  });

  describe('started a second time on a socket in use', () => {
    const startTwice = async (): Promise<[first: PluginProcess, second: PluginProcess]> => {
      const first = await start();
      await untilReady(first);
      const second = await start({ node: nodes.at(-1) ?? '', env: { SOCKET: socketOf(first) }, skipWaiting: true });
      await eventually(() => second.stderr.includes(`another process listens on ${socketOf(first)}`));
      return [first, second];
    };

    test('it ends', async () => {
      const [, second] = await startTwice();
      await eventually(() => !second.isRunning, { deadlineMs: 5_000 });
    });

    test('it takes nothing from the first, which goes on', async () => {
      const [first] = await startTwice();
      expect((await first.call('GET', '/status', [])).text).toContain('resources');
      const pod = await createOn(first, 'exec sleep 600');
      await pod.delete();
    });
  });

  test('the socket may be written as a URL', async () => {
    const plugin = await start();
    await plugin.stop();
    await plugin.start({ SOCKET: `unix://${socketOf(plugin)}` });
    await untilReady(plugin);
  });

  test.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('%s breaks a log off that is followed, and does not wait for it', async (signal) => {
    const plugin = await start();
    const pod = await createOn(plugin, 'echo begun; exec sleep 600');
    const log = await new PluginCaller(plugin.url).getLogs(toLogBody(pod.pod, 'main', { Follow: true }));
    const rest = text(log);
    await Promise.all([plugin.kill(signal), expect(rest).rejects.toThrow()]);
    await plugin.start();
    expect((await pod.until((_status, view) => view.phase === 'Running')).containers[0]?.restartCount).toBe(0);
    await pod.delete();
  });

  test('on TCP it listens on the loopback address, and nothing is to be warned about', async () => {
    const plugin = await start({ listen: 'port' });
    await untilReady(plugin);
    expect(plugin.logLines.map(({ message }) => message)).toContain('serving');
    expect(plugin.stderr).not.toContain('no authentication');
  });

  test('on every address it serves too, and warns', async () => {
    const plugin = await start({ listen: 'port', env: { SIDECARURL: 'http://0.0.0.0' } });
    await untilReady(plugin);
    expect(plugin.stderr).toContain('no authentication');
  });
});
