import { FIRST_VIEW, makeStamp, PluginCaller, PluginRefused, type PodFile, toCreateBody, toDeletePod } from '../../src/caller/index.js';
import { ensureBusybox } from './busybox.js';
import { type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from './engine-under-test.js';
import { eventually } from './eventually.js';
import { FaultProxy, type ProxiedCall } from './fault-proxy.js';
import { PluginProcess } from './plugin-process.js';
import { TestPod } from './test-node.js';
import { sampled } from './thorough.js';

/** When the plugin is killed: before the engine sees call k, or when it has answered and the plugin does not know yet. */
export type Moment = 'before' | 'after';
const MOMENTS: readonly Moment[] = ['before', 'after'];

/** Where a plugin is killed. */
export interface CrashPoint {
  /** Number of the engine call. */
  readonly k: number;
  readonly moment: Moment;
}

/** All of a scenario with so many engine calls. */
export function crashPoints(calls: number): readonly CrashPoint[] {
  return Array.from({ length: calls }, (_, i) => MOMENTS.map((moment) => ({ k: i + 1, moment }))).flat();
}

/** So long without an engine call, and nothing that was begun goes on by itself. */
const QUIET_MS = 150;

export interface SceneOptions {
  /** The pod that it is all about. */
  readonly file: PodFile;
  /** Configuration of the plugin, by environment names. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CreateRules {
  /** One point out of so many is tried; all of them by `npm run reliability`. */
  readonly every: number;
  /** Rejects for an accepted pod that is not as it would be without a kill. */
  readonly expectWhole: (pod: TestPod) => Promise<void>;
  /** What else has to hold when a pod is gone. */
  readonly afterEach?: () => Promise<unknown>;
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

  /**
   * Creates one pod after the other, with the plugin killed once before and once after each engine call of it, or a sample of these. An
   * accepted one has to be whole then, and once it is deleted nothing of any of them may be left.
   * @returns at how many points it was to be killed, and at how many it was: the last calls may not come in every run
   */
  async killInCreate({ every, expectWhole, afterEach = () => Promise.resolve() }: CreateRules): Promise<{ readonly points: number; readonly kills: number }> {
    const probe = this.newPod();
    const calls = await this.callsOf(async () => {
      await this.caller.create(probe.body);
      await probe.untilPhase('Running');
    });
    await probe.delete();
    let kills = 0;
    const points = sampled(crashPoints(calls), every);
    for (const { k, moment } of points) {
      if (await this.createKilledAt(k, moment, expectWhole)) kills++;
      await afterEach();
    }
    return { points: points.length, kills };
  }

  private async createKilledAt(k: number, moment: Moment, expectWhole: CreateRules['expectWhole']): Promise<boolean> {
    const pod = this.newPod();
    let answered = false;
    const killed = await this.killedAt(k, moment, async () => {
      answered = await this.caller.create(pod.body).then(() => true, () => false);
      // The rest of the start goes on by itself: until the kill, or the end of it.
      if (answered) await eventually(async () => !this.plugin.isRunning || (await pod.untilPhase('Running', 200)) !== undefined).catch(() => undefined);
    });
    const present = answered || (await this.leftoversOf(pod)) > 0;
    if (present) await expectWhole(pod).catch((cause: unknown) => {
      throw new Error(`killed ${moment} call ${k}, create ${answered ? 'answered' : 'cut'}`, { cause });
    });
    await this.caller.delete(toDeletePod(pod.pod, pod.jobId, FIRST_VIEW, new Date())).catch((error: unknown) => {
      if (!(error instanceof PluginRefused && error.status === 404 && !present)) throw error;
    });
    expect({ k, moment, left: await this.leftoversOf(pod) }).toEqual({ k, moment, left: 0 });
    return killed;
  }

  /** Until no engine call is under way and none has been made for a while, or the plugin does not run. */
  async untilQuiet(): Promise<void> {
    let quietAt = { calls: -1, since: Date.now() };
    await eventually(() => {
      const { calls } = this.proxy;
      const isBusy = calls.some(({ k, isOver }) => k !== undefined && !isOver);
      if (isBusy || calls.length !== quietAt.calls) quietAt = { calls: calls.length, since: Date.now() };
      return !this.plugin.isRunning || Date.now() - quietAt.since >= QUIET_MS;
    }, { deadlineMs: 60_000 });
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
