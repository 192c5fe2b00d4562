import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from './busybox.js';
import { type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from './engine-under-test.js';
import { eventually } from './eventually.js';
import { FaultProxy, type ProxiedCall } from './fault-proxy.js';
import { PluginProcess } from './plugin-process.js';
import { TestPod } from './test-node.js';

/** When the plugin is killed: before the engine sees call k, or when it has answered and the plugin does not know yet. */
export type Moment = 'before' | 'after';
export const MOMENTS: readonly Moment[] = ['before', 'after'];

export interface SceneOptions {
  /** The pod that it is all about. */
  readonly file: PodFile;
  /** Configuration of the plugin, by environment names. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A plugin in a process of its own that can be killed at any of its engine calls. */
export class CrashScene {
  private constructor(
    private readonly engine: EngineUnderTest,
    readonly proxy: FaultProxy,
    readonly plugin: PluginProcess,
    readonly node: string,
    private readonly options: SceneOptions,
  ) {}

  static async open(engine: EngineUnderTest, options: SceneOptions): Promise<CrashScene> {
    await ensureBusybox(engine.endpoint);
    const proxy = await FaultProxy.start(engine.endpoint);
    const node = uniqueNode('crash');
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node, env: options.env ?? {} });
    const scene = new CrashScene(engine, proxy, plugin, node, options);
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

  /** Runs something without a fault. @returns the number of its engine calls */
  async callsOf(act: () => Promise<unknown>): Promise<number> {
    this.proxy.restartCount();
    await act();
    return Math.max(...this.proxy.calls.map((call) => call.k ?? 0));
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
    const body = toCreateBody(this.options.file, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }
}
