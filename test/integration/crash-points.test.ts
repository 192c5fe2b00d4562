import { FIRST_VIEW, makeStamp, PluginCaller, PluginRefused, toCreateBody, toDeletePod } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { describeWithEngine, type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';
import { podFile, shell, TestPod } from '../support/test-node.js';

jest.setTimeout(600_000);

/** When the plugin is killed: before the engine sees call k, or when it has answered and the plugin does not know yet. */
type Moment = 'before' | 'after';
const MOMENTS: readonly Moment[] = ['before', 'after'];

/** A pod that shows in its log how often its init container ran. */
const POD = podFile({
  volumes: [{ name: 'work', emptyDir: {} }, { name: 'settings', configMap: { name: 'settings' } }],
  initContainers: [shell('init', 'cat /settings/word >> /work/words', { volumeMounts: [{ name: 'work', mountPath: '/work' }, { name: 'settings', mountPath: '/settings' }] })],
  containers: [shell('main', 'cat /work/words; exec sleep 1000', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })],
}, { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'ran\n' } }] });

class Scene {
  private constructor(
    private readonly engine: EngineUnderTest,
    readonly proxy: FaultProxy,
    readonly plugin: PluginProcess,
    private readonly node: string,
  ) {}

  static async open(engine: EngineUnderTest): Promise<Scene> {
    await ensureBusybox(engine.endpoint);
    const proxy = await FaultProxy.start(engine.endpoint);
    const node = uniqueNode('crash');
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node });
    const scene = new Scene(engine, proxy, plugin, node);
    await scene.untilReady();
    return scene;
  }

  async close(): Promise<void> {
    await this.plugin.remove();
    await this.proxy.stop();
    await purgeNode(this.node, this.engine.endpoint);
  }

  get caller(): PluginCaller {
    return new PluginCaller(this.plugin.url);
  }

  /** Runs `act` with the plugin killed at call k of it; then the plugin is there again. @returns whether it was killed */
  async killedAt(k: number, moment: Moment, act: () => Promise<unknown>): Promise<boolean> {
    this.proxy.restartCount();
    let death: Promise<void> | undefined;
    const strike = async (): Promise<'cut'> => {
      await (death ??= this.plugin.kill());
      return 'cut';
    };
    const isIt = (call: ProxiedCall): boolean => call.k === k;
    const disarm = moment === 'before' ? this.proxy.beforeCall(isIt, strike) : this.proxy.afterAnswer(isIt, strike);
    await act();
    disarm();
    await death;
    if (death !== undefined) await this.plugin.start();
    await this.untilReady();
    return death !== undefined;
  }

  /** Until what was on the engine is known again. */
  private async untilReady(): Promise<void> {
    await eventually(async () => (await this.plugin.call('GET', '/status', [{ metadata: { name: 'x', namespace: 'x', uid: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } }])).status === 200);
  }

  async leftoversOf(pod: TestPod): Promise<number> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, this.engine.endpoint);
    return containers.length + volumes.length;
  }

  newPod(): TestPod {
    const body = toCreateBody(POD, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }
}

describeWithEngine('a plugin killed at every engine call', (engine) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(engine);
  });
  afterAll(async () => {
    await scene.close();
  });

  /** Runs the same create without a fault and counts its calls. */
  async function callsOf(act: () => Promise<unknown>): Promise<number> {
    scene.proxy.restartCount();
    await act();
    return Math.max(...scene.proxy.calls.map((call) => call.k ?? 0));
  }

  /** The pod is whole: one attempt of each container, the init container ran once. */
  async function expectWhole(pod: TestPod): Promise<void> {
    const { containers, initContainers } = await pod.untilPhase('Running');
    expect([...initContainers, ...containers].map(({ name, restartCount }) => [name, restartCount])).toEqual([['init', 0], ['main', 0]]);
    await eventually(async () => (await pod.log('main')) !== '');
    expect(await pod.log('main')).toBe('ran\n');
  }

  test('of a create: accepted is started, not accepted leaves nothing', async () => {
    const probe = scene.newPod();
    const count = await callsOf(async () => {
      await scene.caller.create(probe.body);
      await probe.untilPhase('Running');
    });
    await probe.delete();
    expect(count).toBeGreaterThan(10);
    let kills = 0;
    for (let k = 1; k <= count; k++) {
      for (const moment of MOMENTS) {
        const pod = scene.newPod();
        let answered = false;
        const killed = await scene.killedAt(k, moment, async () => {
          answered = await scene.caller.create(pod.body).then(() => true, () => false);
          // The rest of the start goes on by itself: until the kill, or the end of it.
          if (answered) await eventually(async () => !scene.plugin.isRunning || (await pod.untilPhase('Running', 200)) !== undefined).catch(() => undefined);
        });
        if (killed) kills++;
        const present = answered || (await scene.leftoversOf(pod)) > 0;
        if (present) await expectWhole(pod).catch((cause: unknown) => {
          throw new Error(`killed ${moment} call ${k}, create ${answered ? 'answered' : 'cut'}`, { cause });
        });
        await scene.caller.delete(toDeletePod(pod.pod, pod.jobId, FIRST_VIEW, new Date())).catch((error: unknown) => {
          if (!(error instanceof PluginRefused && error.status === 404 && !present)) throw error;
        });
        expect({ k, moment, left: await scene.leftoversOf(pod) }).toEqual({ k, moment, left: 0 });
      }
    }
    expect(kills).toBeGreaterThan(count);
  });

  test('of a delete: it is finished', async () => {
    const probe = scene.newPod();
    await scene.caller.create(probe.body);
    await probe.untilPhase('Running');
    const count = await callsOf(() => probe.delete());
    expect(count).toBeGreaterThan(5);
    for (let k = 1; k <= count; k++) {
      for (const moment of MOMENTS) {
        const pod = scene.newPod();
        await scene.caller.create(pod.body);
        await pod.untilPhase('Running');
        await scene.killedAt(k, moment, () => pod.delete().catch(() => undefined));
        await eventually(async () => (await scene.leftoversOf(pod)) === 0).catch((cause: unknown) => {
          throw new Error(`killed ${moment} call ${k}: something of the pod is left`, { cause });
        });
      }
    }
  });
});
