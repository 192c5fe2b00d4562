import { FIRST_VIEW, PluginCaller, toStatusPod } from '../../src/caller/index.js';
import type { Engine } from '../../src/engine/index.js';
import { type EngineUnderTest, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess } from '../support/plugin-process.js';
import { countRunning, createAll, deleteAll, toLoad } from './load.js';
import { interleave, timed } from './measure.js';
import { NO_FIGURES, type Row } from './table.js';

const ROUNDS = 5;

/** A plugin that is killed with so many pods and started again: until it answers for them, against the engine's list and an inspection of each. */
export async function benchRestart(engine: Engine, under: EngineUnderTest, count: number): Promise<readonly Row[]> {
  const node = uniqueNode('bench');
  const plugin = await PluginProcess.start({ dockerHost: under.dockerHost, node, env: { RESOURCES_PODS: String(count + 10) } });
  try {
    const caller = new PluginCaller(plugin.url);
    const bodies = toLoad(count);
    const pods = bodies.map(({ pod }) => pod);
    await createAll(bodies, caller);
    await eventually(async () => (await countRunning(pods, caller)) === count, { deadlineMs: 600_000, intervalMs: 1000 });
    const asked = pods.map((pod) => toStatusPod(pod, pod.metadata.uid, FIRST_VIEW));
    const restart = async (): Promise<number> => {
      await plugin.kill();
      return timed(async () => {
        await plugin.start();
        await eventually(async () => (await caller.status(asked)).length === count, { intervalMs: 5, deadlineMs: 60_000 });
      });
    };
    const look = (): Promise<number> =>
      timed(async () => {
        const rows = await engine.listContainers([`interlink.eu/node=${node}`, 'io.kubernetes.docker.type=podsandbox']);
        for (const { Id } of rows) await engine.inspectContainer(Id);
      });
    const figures = await interleave([{ name: 'plugin', run: restart }, { name: 'engine', run: look }], ROUNDS);
    await deleteAll(pods, caller);
    return [{ what: `killed and started again with ${count} pods, until it answers for them, against one list and one inspection a pod`, ours: figures.get('plugin') ?? NO_FIGURES, theirs: figures.get('engine') ?? NO_FIGURES, unit: 'ms', target: { atMost: 3 } }];
  } finally {
    await plugin.stop();
    await plugin.remove();
    await purgeNode(node, under.endpoint);
  }
}
