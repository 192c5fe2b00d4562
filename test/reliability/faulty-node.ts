import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { type Fault, inflict } from '../support/faults.js';
import { PluginProcess } from '../support/plugin-process.js';
import { TestPod } from '../support/test-node.js';

/** A virtual node whose plugin, a process of its own, reaches its engine through a proxy that does harm. */
export class FaultyNode {
  private constructor(
    readonly engine: EngineUnderTest,
    readonly proxy: FaultProxy,
    readonly plugin: PluginProcess,
    readonly name: string,
  ) {}

  /** @param env more of the environment of the plugin */
  static async open(engine: EngineUnderTest, env: Readonly<Record<string, string>> = {}): Promise<FaultyNode> {
    await ensureBusybox(engine.endpoint);
    const proxy = await FaultProxy.start(engine.endpoint);
    const name = uniqueNode('faulty');
    try {
      const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node: name, env, deadlineMs: 120_000 });
      const node = new FaultyNode(engine, proxy, plugin, name);
      await node.untilKnowing();
      return node;
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  get caller(): PluginCaller {
    return new PluginCaller(this.plugin.url);
  }

  newPod(file: PodFile): TestPod {
    const body = toCreateBody(file, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }

  /** Does this to the first call from now on of which it is true. The returned function takes it back, where none came. */
  strikeOnce(isIt: (call: ProxiedCall) => boolean, fault: Fault, onStruck: (call: ProxiedCall) => void = () => undefined): () => void {
    let isArmed = true;
    return inflict(this.proxy, (call) => {
      if (!isArmed || !isIt(call)) return false;
      isArmed = false;
      onStruck(call);
      return true;
    }, fault);
  }

  /** Until the plugin knows what is on the engine. */
  async untilKnowing(deadlineMs = 120_000): Promise<void> {
    const stranger = { metadata: { name: 'x', namespace: 'x', uid: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } };
    await eventually(async () => (await this.plugin.call('GET', '/status', [stranger])).status === 200, { deadlineMs });
  }

  /** What of a pod is on the engine, by the engine itself. */
  async leftOf(pod: TestPod): Promise<readonly string[]> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, this.engine.endpoint);
    return [...containers.map((id) => `container ${id}`), ...volumes.map((name) => `volume ${name}`)];
  }

  /** The plugin goes, and everything of its node. */
  async close(): Promise<void> {
    await this.plugin.remove();
    await this.proxy.stop();
    await purgeNode(this.name, this.engine.endpoint);
  }
}
