import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/engine/index.js';
import { call } from '../support/endpoint.js';
import { type EngineUnderTest, purgeNode, uniqueNode } from '../support/engine-under-test.js';

const SECONDS = 20;
const TARGET_MS = 50;

interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly restarts: number;
}

/** Event-loop delay of a plugin whose pods are probed every second, for liveness and readiness, a third each by exec, httpGet and tcpSocket. */
export async function benchProbes(engine: Engine, under: EngineUnderTest, pods: number): Promise<void> {
  const node = uniqueNode('bench');
  const server = fork(fileURLToPath(new URL('./probes-server.js', import.meta.url)), [node, String(pods), String(SECONDS)]);
  try {
    // What the machine does to a process that has nothing to do.
    const idle = monitorEventLoopDelay({ resolution: 10 });
    idle.enable();
    const [{ p50Ms, p99Ms, maxMs, restarts }] = (await once(server, 'message')) as [Delays];
    idle.disable();
    const verdict = p99Ms < TARGET_MS ? 'met' : 'MISSED';
    console.log(`\n${pods} pods, each with two probes a second, for ${SECONDS} s: event-loop delay p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (target < ${TARGET_MS} ms: ${verdict}), most ${maxMs.toFixed(1)} ms; ${restarts} restarts, ${await execsLeft(engine, under, node)} execs left behind; of an idle process beside it p99 ${(idle.percentile(99) / 1e6).toFixed(1)} ms`);
  } finally {
    server.kill();
    await purgeNode(node, under.endpoint);
  }
}

/** Commands that the engine still has of the containers of a node, ended ones of the last moment not counted. */
async function execsLeft(engine: Engine, under: EngineUnderTest, node: string): Promise<number> {
  const containers = await engine.listContainers([`interlink.eu/node=${node}`]);
  const execs = await Promise.all(containers.map(async ({ Id }) => ((await call(under.endpoint, 'GET', `/containers/${Id}/json`)).json() as { ExecIDs: string[] | null }).ExecIDs ?? []));
  const states = await Promise.all(execs.flat().map((id) => engine.inspectExec(id).catch(() => ({ running: false, exitCode: 0 }))));
  return states.filter(({ running, exitCode }) => running || exitCode === undefined).length;
}
