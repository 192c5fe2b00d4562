import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from './busybox.js';
import { type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from './engine-under-test.js';
import { PluginProcess, type PluginOptions } from './plugin-process.js';
import { TestPod } from './test-node.js';

/** A plugin in a process of its own, with a node of its own on the engine, and who calls it. */
export class PluginScene {
  /** Of the process that was started. */
  readonly pid: number;

  private constructor(
    private readonly engine: EngineUnderTest,
    readonly plugin: PluginProcess,
    readonly node: string,
  ) {
    this.pid = plugin.pid;
  }

  static async open(engine: EngineUnderTest, options: Pick<PluginOptions, 'under' | 'env' | 'dataDir'> = {}): Promise<PluginScene> {
    await ensureBusybox(engine.endpoint);
    const node = uniqueNode('scene');
    return new PluginScene(engine, await PluginProcess.start({ dockerHost: engine.dockerHost, node, ...options }), node);
  }

  get caller(): PluginCaller {
    return new PluginCaller(this.plugin.url);
  }

  /** One that has not been asked for yet. */
  newPod(file: PodFile): TestPod {
    const body = toCreateBody(file, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }

  /** Rejects with `PluginRefused` when the plugin refuses it. */
  async create(file: PodFile): Promise<TestPod> {
    const pod = this.newPod(file);
    await this.caller.create(pod.body);
    return pod;
  }

  /** A pod all of whose containers run. */
  async running(file: PodFile): Promise<TestPod> {
    const pod = await this.create(file);
    await pod.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined), 60_000);
    return pod;
  }

  /** How many containers and volumes of a pod are on the engine. */
  async leftoversOf({ uid }: TestPod): Promise<number> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${uid}`, this.engine.endpoint);
    return containers.length + volumes.length;
  }

  /** Everything of it goes. */
  async close(): Promise<void> {
    await this.plugin.remove();
    await purgeNode(this.node, this.engine.endpoint);
  }
}
