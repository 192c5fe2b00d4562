import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import type { PodFile } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { actsBeside, CallLogs } from '../support/call-logs.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';
import { untilTerm } from '../support/pod-scripts.js';
import { shellPod, TestPod } from '../support/test-node.js';
import { countFigure } from '../support/thorough.js';

jest.setTimeout(240_000);

const PATIENCE = { deadlineMs: 90_000 };
const isEvents = ({ path }: ProxiedCall): boolean => path === '/events';
const isClaim = ({ method, path, query }: ProxiedCall): boolean => method === 'POST' && path === '/containers/create' && (query.get('name') ?? '').startsWith('interlink_owner_');
const isStart = ({ method, path }: ProxiedCall): boolean => method === 'POST' && path.endsWith('/start');

describeWithEngine('two plugin processes of one node name, and what the engine lets them do', (engine) => {
  const { endpoint } = engine;
  let node: string;
  let since: number;
  let logs: CallLogs;
  const proxies: FaultProxy[] = [];
  const plugins: PluginProcess[] = [];

  beforeAll(() => ensureBusybox(endpoint));
  beforeEach(() => {
    node = uniqueNode('two');
    since = Date.now() / 1000;
    logs = new CallLogs();
  });
  afterEach(async () => {
    for (const plugin of plugins.splice(0)) {
      if (plugin.isRunning) process.kill(plugin.pid, 'SIGCONT');
      await plugin.remove();
    }
    for (const proxy of proxies.splice(0)) await proxy.stop();
    await purgeNode(node, endpoint);
  });

  interface Plugin {
    readonly name: string;
    readonly process: PluginProcess;
    readonly proxy: FaultProxy;
  }

  async function start(name: string, prepare: (proxy: FaultProxy) => void = () => undefined): Promise<Plugin> {
    const proxy = await FaultProxy.start(endpoint);
    proxies.push(proxy);
    prepare(proxy);
    logs.watch(name, proxy);
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node, deadlineMs: 90_000 });
    plugins.push(plugin);
    return { name, process: plugin, proxy };
  }

  const isServing = async ({ process: { url } }: Plugin): Promise<boolean> => new PluginCaller(url).status([toCreateBody(shellPod('true'), makeStamp(new Date())).pod]).then(() => true, () => false);
  const untilServing = (plugin: Plugin): Promise<unknown> => eventually(() => isServing(plugin), PATIENCE);
  const hasLost = ({ process: plugin }: Plugin): boolean => plugin.stderr.includes('another plugin has claimed this node name');

  async function create(plugin: Plugin, file: PodFile): Promise<TestPod> {
    const body = toCreateBody(file, makeStamp(new Date()));
    const caller = new PluginCaller(plugin.process.url);
    return new TestPod(caller, body, (await caller.create(body)).PodJID);
  }

  const seenBy = ({ process: { url } }: Plugin, pod: TestPod): TestPod => new TestPod(new PluginCaller(url), pod.body, pod.jobId);

  /** Pods that keep a plugin busy: they end and are started again. */
  async function busyPods(plugin: Plugin): Promise<readonly TestPod[]> {
    const pods = await Promise.all(Array.from({ length: 3 }, () => create(plugin, shellPod('exit 1', { restartPolicy: 'Always' }))));
    for (const pod of pods) await pod.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff', 60_000);
    return pods;
  }

  /** Each is started again by this plugin. */
  async function untilRestarted(plugin: Plugin, pods: readonly TestPod[], times: number): Promise<void> {
    for (const pod of pods) await seenBy(plugin, pod).until(({ containers }) => (containers[0]?.restartCount ?? 0) >= times, 90_000);
  }

  /** Which paths are of a claim: by the engine's own events. */
  async function claims(): Promise<(path: string) => boolean> {
    const filters = JSON.stringify({ label: [`interlink.eu/node=${node}`, 'io.kubernetes.docker.type=owner'], event: ['create'] });
    const { text } = await call(endpoint, 'GET', `/events?${new URLSearchParams({ since: String(since), until: String(Date.now() / 1000 + 1), filters }).toString()}`);
    const ids = text.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { Actor: { ID: string } }).Actor.ID);
    return (path) => path.includes('interlink_owner_') || ids.some((id) => path.includes(id));
  }

  async function expectOneActed(earlier: Plugin, later: Plugin, what: string): Promise<void> {
    const isOfClaim = await claims();
    expect(actsBeside(logs.all, earlier.name, later.name, isOfClaim)).toEqual([]);
    expect(logs.all.filter(({ by }) => by === later.name).length).toBeGreaterThan(0);
    countFigure({ what: `two plugins of one node name: ${what}`, count: logs.all.length, unit: 'engine calls', outcome: 'none of the earlier plugin took effect after the first of the later one' });
  }

  test('the earlier one is stopped in its tracks while the later one claims, and goes on after that', async () => {
    const first = await start('first');
    await untilServing(first);
    const pods = await busyPods(first);
    process.kill(first.process.pid, 'SIGSTOP');
    const second = await start('second');
    await untilServing(second);
    await untilRestarted(second, pods, 2);
    process.kill(first.process.pid, 'SIGCONT');
    await eventually(() => hasLost(first), PATIENCE);
    await untilRestarted(second, pods, 3);
    await expectOneActed(first, second, 'the earlier one paused (SIGSTOP)');
  });

  test("the earlier one's event stream has died without a word", async () => {
    const first = await start('first', (proxy) => proxy.mute(isEvents));
    await untilServing(first);
    const file = shellPod('exit 1', { restartPolicy: 'Always' });
    const pods = [await create(first, file), await create(first, file)];
    const second = await start('second');
    await untilServing(second);
    // Of its own accord it learns nothing: what it wants to do next has it look.
    await create(first, file).then(() => expect('an accepted pod').toBe('a refusal'), (error: unknown) => expect(error).toMatchObject({ status: 503 }));
    expect(hasLost(first)).toBe(true);
    await untilRestarted(second, pods, 1);
    await expectOneActed(first, second, 'the event stream of the earlier one silent');
  });

  test.each([1, 2, 3])('both begin at the same instant: one is left, round %i', async (round) => {
    const before = await start('before');
    await untilServing(before);
    const pod = await create(before, shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running', 60_000);
    if (round % 2 === 0) await before.process.stop();
    else await before.process.kill();
    const both = await Promise.all([start('first'), start('second')]);
    const isSettled = async (): Promise<boolean> => {
      const serving = await Promise.all(both.map(isServing));
      return serving.filter(Boolean).length === 1 && both.filter(hasLost).length === 1;
    };
    await eventually(isSettled, PATIENCE);
    const [winner, loser] = hasLost(both[0]) ? [both[1], both[0]] : both;
    expect((await seenBy(winner, pod).untilPhase('Running', 60_000)).containers[0]?.restartCount).toBe(0);
    await seenBy(winner, pod).delete();
    await expectOneActed(loser, winner, 'both started at once');
  });

  test("the answer to the later one's claim is lost", async () => {
    const first = await start('first');
    await untilServing(first);
    const pods = await busyPods(first);
    let losses = 0;
    const second = await start('second', (proxy) => void proxy.afterAnswer(isClaim, ({ status }) => (status === 201 && losses++ === 0 ? 'cut' : undefined)));
    await untilServing(second);
    expect(losses).toBeGreaterThan(0);
    await eventually(() => hasLost(first), PATIENCE);
    await untilRestarted(second, pods, 2);
    await expectOneActed(first, second, "the later one's claim answered to nobody");
  });

  test('the earlier one is at a restart when its name is taken, and the engine gets its call late: the container is started once', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let isHeld = false;
    const first = await start('first');
    await untilServing(first);
    const pod = await create(first, shellPod(untilTerm(1), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running', 60_000);
    first.proxy.beforeCall(isStart, () => {
      isHeld = true;
      return held;
    });
    const id = ((await pod.containerStatus('main')).containerID ?? '').slice('docker://'.length);
    await call(endpoint, 'POST', `/containers/${id}/kill?signal=TERM`);
    await eventually(() => isHeld, PATIENCE);
    const second = await start('second');
    await untilServing(second);
    const known = seenBy(second, pod);
    await known.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined, 60_000);
    const before = await known.status();
    letGo();
    await eventually(() => hasLost(first), PATIENCE);
    await eventually(() => first.proxy.calls.filter(isStart).every(({ isOver }) => isOver), PATIENCE);
    expect((await known.status()).containers[0]).toEqual(before.containers[0]);
    // The sandbox, the attempt that ended, and the one that runs.
    expect((await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, endpoint)).containers).toHaveLength(3);
  });
});
