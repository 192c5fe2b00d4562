import type { EngineUnderTest } from '../support/engine-under-test.js';
import { objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { PluginProcess } from '../support/plugin-process.js';
import { PluginCaller } from '../../src/caller/index.js';
import { IdleProcess } from './idle.js';
import { countRunning, createAll, deleteAll, toLoad } from './load.js';
import { residentMebibytes, toFigures } from './measure.js';
import type { Row } from './table.js';

const POLL_MS = 5_000;
/** For so long all pods run and are polled. */
const STEADY_POLLS = Number(process.env['BENCH_SCALE_POLLS'] ?? 12);
const SPARE_PODS = 100;

interface Watched {
  /** p99 of the plugin's event loop, ms, one figure a phase; and of an idle process meanwhile. */
  readonly delaysMs: number[];
  readonly idleMs: number[];
  readonly residentMiB: number[];
}

/** Many pods on one engine: created, polled as the virtual kubelet does, and deleted; nothing fails, nothing is left. */
export async function benchScale(under: EngineUnderTest, count: number): Promise<readonly Row[]> {
  const node = uniqueNode('bench');
  const plugin = await PluginProcess.start({ dockerHost: under.dockerHost, node, env: { RESOURCES_PODS: String(count + SPARE_PODS) } });
  const idle = new IdleProcess();
  try {
    const caller = new PluginCaller(plugin.url);
    const bodies = toLoad(count);
    const pods = bodies.map(({ pod }) => pod);
    const watched: Watched = { delaysMs: [], idleMs: [], residentMiB: [] };
    const note = async (): Promise<void> => {
      watched.delaysMs.push(await delayOf(plugin));
      watched.idleMs.push(await idle.p99Ms());
      watched.residentMiB.push(residentMebibytes(plugin.pid));
    };
    await note();
    watched.delaysMs.length = watched.idleMs.length = 0; // of its start
    const begin = performance.now();
    await createAll(bodies, caller);
    await untilAllRun(pods, caller);
    const createdSeconds = (performance.now() - begin) / 1000;
    await note();
    for (let poll = 0; poll < STEADY_POLLS; poll++) {
      const next = performance.now() + POLL_MS;
      const running = await countRunning(pods, caller);
      if (running !== count) throw new Error(`only ${running} of ${count} pods run`);
      await new Promise((resolve) => setTimeout(resolve, Math.max(next - performance.now(), 0)));
    }
    await note();
    const deleting = performance.now();
    await deleteAll(pods, caller);
    const deletedSeconds = (performance.now() - deleting) / 1000;
    await note();
    const left = (await Promise.all(pods.map(async ({ metadata }) => objectsOf(`io.kubernetes.pod.uid=${metadata.uid}`, under.endpoint)))).reduce((sum, { containers, volumes }) => sum + containers.length + volumes.length, 0);
    if (left > 0) throw new Error(`${left} objects are left`);
    const errors = plugin.logLines.filter(({ level }) => level === 'error').length;
    console.log(`\n${count} pods: created and running in ${createdSeconds.toFixed(0)} s, polled ${STEADY_POLLS} times each ${POLL_MS / 1000} s, deleted in ${deletedSeconds.toFixed(0)} s; ${left} objects left, ${errors} errors in the log`);
    return toRows(count, watched);
  } finally {
    idle.stop();
    await plugin.stop();
    await plugin.remove();
    await purgeNode(node, under.endpoint);
  }
}

function toRows(count: number, { delaysMs, idleMs, residentMiB }: Watched): readonly Row[] {
  return [
    { what: `${count} pods created, polled each 5 s, deleted: event-loop delay p99, against an idle process beside it`, ours: toFigures(delaysMs), theirs: toFigures(idleMs), unit: 'ms', target: { below: 50 } },
    { what: `resident memory with ${count} pods`, ours: toFigures(residentMiB), unit: 'MiB', target: { below: 150 } },
  ];
}

/** Asked as the virtual kubelet does it, over and over. */
async function untilAllRun(pods: Parameters<typeof countRunning>[0], caller: PluginCaller): Promise<void> {
  for (let rounds = 0; (await countRunning(pods, caller)) < pods.length; rounds++) {
    if (rounds > 100) throw new Error('not all pods run');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Since it was asked last. */
async function delayOf(plugin: PluginProcess): Promise<number> {
  const { text } = await plugin.call('GET', '/metrics');
  const [, seconds = 'NaN'] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? [];
  return Number(seconds) * 1000;
}
