import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_VIEW, makeStamp, PluginCaller, PluginRefused, toCreateBody, toDeletePod } from '../../src/caller/index.js';
import { ensureBusybox } from './busybox.js';
import { type EngineUnderTest, objectsOf, objectsOfNode, purgeNode, uniqueNode } from './engine-under-test.js';
import { eventually } from './eventually.js';
import { FaultProxy } from './fault-proxy.js';
import { type Fault, inflict } from './faults.js';
import { PluginProcess } from './plugin-process.js';
import type { Random } from './random.js';
import { SOAK_PODS } from './soak-pods.js';
import type { Sample } from './soak-samples.js';
import { TestPod } from './test-node.js';

/** Those that do not take a minute. */
const QUICK_FAULTS: readonly Fault[] = ['500', '409', '404', 'reset', 'cut', 'lost'];
const DEADLINE = { deadlineMs: 180_000, intervalMs: 200 };
const LOOKS = 8;

/** A plugin whose engine fails now and then, and whose pods come and go. */
export class Soak {
  private kills = 0;

  private constructor(
    private readonly engine: EngineUnderTest,
    private readonly proxy: FaultProxy,
    private readonly plugin: PluginProcess,
    private readonly node: string,
    private readonly random: Random,
  ) {}

  static async open(engine: EngineUnderTest, random: Random): Promise<Soak> {
    await ensureBusybox(engine.endpoint);
    const proxy = await FaultProxy.start(engine.endpoint);
    const node = uniqueNode('soak');
    // A small heap is collected often.
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node, deadlineMs: 60_000, env: { NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=4' } });
    return new Soak(engine, proxy, plugin, node, random);
  }

  async close(): Promise<void> {
    await this.plugin.remove();
    await this.proxy.stop();
    await purgeNode(this.node, this.engine.endpoint);
  }

  /** Some pods from their create to their end. @param mayKill whether the plugin may be killed meanwhile @returns how many pods */
  async round(mayKill: boolean): Promise<number> {
    const { random } = this;
    const every = 12 + random.whole(30);
    const offset = random.whole(every);
    const end = inflict(this.proxy, ({ k }) => k !== undefined && k % every === offset, random.pick(QUICK_FAULTS));
    const pods = Array.from({ length: 2 + random.whole(4) }, () => this.newPod(random.pick(Object.keys(SOAK_PODS))));
    try {
      await Promise.all(pods.map((pod) => this.caller.create(pod.body).catch(() => undefined)));
      await this.watch(pods);
      await this.strike(mayKill);
      if (random.chance(0.5)) await Promise.all(pods.map((pod) => this.delete(pod).catch(() => undefined)));
    } finally {
      end();
    }
    for (const pod of pods) await eventually(() => this.delete(pod).then(() => true), DEADLINE);
    for (const pod of pods) await eventually(async () => (await this.leftoversOf(pod)) === 0, DEADLINE);
    return pods.length;
  }

  /** Looks while there are no pods. */
  async sample(): Promise<Sample> {
    await eventually(async () => (await this.metric('interlink_docker_pods')) + (await this.metric('interlink_docker_deletions_pending')) === 0, DEADLINE);
    const heaps: number[] = [];
    for (let look = 0; look < LOOKS; look++) heaps.push(await this.metric('nodejs_heap_size_used_bytes'));
    const { pid } = this.plugin;
    const { containers, volumes, networks } = await objectsOfNode(this.node, this.engine.endpoint);
    return {
      pid,
      heapBytes: Math.min(...heaps),
      rssBytes: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
      files: readdirSync(`/proc/${pid}/fd`).length,
      containers: containers.length,
      volumes: volumes.length,
      networks: networks.length,
      workers: (await this.metric('interlink_docker_pods')) + (await this.metric('interlink_docker_deletions_pending')),
    };
  }

  private get caller(): PluginCaller {
    return new PluginCaller(this.plugin.url);
  }

  private newPod(kind: string): TestPod {
    const file = SOAK_PODS[kind]?.();
    if (file === undefined) throw new Error(`no pod ${kind}`);
    const body = toCreateBody(file, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }

  /** What a cluster and its users ask meanwhile; the answers may be errors. */
  private async watch(pods: readonly TestPod[]): Promise<void> {
    for (let poll = 0; poll < 3 + this.random.whole(5); poll++) {
      for (const pod of pods) await pod.status().catch(() => undefined);
      await this.random.pick(pods).log().catch(() => undefined);
      await sleep(this.random.whole(500)); // a cluster's pace, not a condition
    }
  }

  private async strike(mayKill: boolean): Promise<void> {
    const blow = this.random.whole(10);
    if (blow < 3) this.proxy.cut(({ path }) => path === '/events');
    if (blow === 3) {
      await this.proxy.refuse();
      await sleep(this.random.whole(2000)); // how long an engine is away
      await this.proxy.resume();
    }
    if (mayKill && (this.kills === 0 || (blow > 3 && blow < 7))) {
      this.kills++;
      await this.plugin.kill();
      await this.plugin.start();
    }
  }

  /** 404: there is nothing to delete. */
  private async delete(pod: TestPod): Promise<void> {
    await this.caller.delete(toDeletePod(pod.pod, pod.jobId, FIRST_VIEW, new Date())).catch((error: unknown) => {
      if (!(error instanceof PluginRefused && error.status === 404)) throw error;
    });
  }

  private async leftoversOf(pod: TestPod): Promise<number> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, this.engine.endpoint);
    return containers.length + volumes.length;
  }

  /** A figure of the plugin's; all series of it together. */
  private async metric(name: string): Promise<number> {
    const { text } = await this.plugin.call('GET', '/metrics');
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
    if (values.length === 0) throw new Error(`there is no metric ${name}`);
    return values.reduce((sum, value) => sum + value, 0);
  }
}
