import { existsSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { makeStamp, PluginCaller, toCreateBody, toLogBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { CertificateMaker } from '../support/certificates.js';
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

  test('P56: the socket is for owner and group, and goes with the plugin', async () => {
    const plugin = await start();
    expect((statSync(socketOf(plugin)).mode & 0o777).toString(8)).toBe('660');
    await untilReady(plugin);
    expect(await plugin.stop()).toBe(0);
    expect(existsSync(socketOf(plugin))).toBe(false);
  });

  test.each<[form: string, toGroup: (line: readonly string[]) => string]>([['name', ([name = '']) => name], ['id', ([, , id = '']) => id]])('P56: the socket is of the group that its %s says', async (_form, toGroup) => {
    // One that the plugin may give it, and would not give it unasked.
    const mine = process.getuid?.() === 0 ? undefined : process.getgroups?.();
    const groups = readFileSync('/etc/group', 'utf8').split('\n').map((line) => line.split(':'));
    const group = groups.find(([, , id]) => id !== undefined && Number(id) !== process.getgid?.() && (mine === undefined || mine.includes(Number(id))));
    if (group === undefined) throw new Error('this user is in one group only, and not root: nothing can be shown');
    const plugin = await start({ env: { SOCKETGROUP: toGroup(group) } });
    const { gid, mode } = statSync(socketOf(plugin));
    expect([gid, (mode & 0o777).toString(8)]).toEqual([Number(group[2]), '660']);
  });

  test('P56: a group that there is not ends the start, by name', async () => {
    const plugin = await start({ env: { SOCKETGROUP: 'nobody-knows-it' }, skipWaiting: true });
    await eventually(() => !plugin.isRunning);
    expect(plugin.stderr).toContain('the group nobody-knows-it is not in /etc/group');
    expect(existsSync(socketOf(plugin))).toBe(false);
  });

  test('P56: over TLS it serves who has a certificate, nobody else, and need not warn', async () => {
    const maker = new CertificateMaker();
    try {
      const authority = maker.authority('authority');
      const own = maker.signed('plugin', authority, 'serverAuth');
      const caller = maker.signed('caller', authority, 'clientAuth');
      const env = { SIDECARURL: 'https://0.0.0.0', TLSCERT: own.certFile, TLSKEY: own.keyFile, TLSCLIENTCA: authority.certFile };
      const plugin = await start({ listen: 'port', env, skipWaiting: true });
      const ask = (proof: { cert?: string; key?: string }): Promise<number | undefined> =>
        new Promise((resolve, reject) => {
          const address = { host: '127.0.0.1', port: 'port' in plugin.endpoint ? plugin.endpoint.port : 0 };
          request({ ...address, path: '/healthz', agent: false, ca: authority.cert, ...proof }, (answer) => resolve(answer.resume().statusCode)).once('error', reject).end();
        });
      await eventually(async () => (await ask({ cert: caller.cert, key: caller.key })) === 200);
      await expect(ask({})).rejects.toThrow();
      expect(plugin.logLines).toContainEqual(expect.objectContaining({ message: 'serving', address: expect.stringMatching(/^https:/) as string }));
      expect(plugin.stderr).not.toContain('no authentication');
      expect(await plugin.stop()).toBe(0);
    } finally {
      maker.remove();
    }
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
