import { FIRST_VIEW, PluginCaller, toStatusPod } from '../../src/caller/index.js';
import { eventually } from '../support/eventually.js';
import type { PluginProcess } from '../support/plugin-process.js';
import { createAll, deleteAll, toLoad } from './load.js';
import { interleave, residentMebibytes, timed, toFigures } from './measure.js';
import type { Peers } from './peers/index.js';
import { requestsPerSecond } from './status.js';
import { NO_FIGURES, type Row } from './table.js';

/** What a FastAPI plugin answers of them in reasonable time. */
const PEER_PODS = 20;

/** Status and memory with real pods on the engine, against the FastAPI plugin with as many. */
export async function benchPeerStatus(plugin: PluginProcess, { fastapi }: Peers): Promise<readonly Row[]> {
  if (fastapi === undefined) return [];
  const sides = [
    { name: 'plugin', socketPath: 'socketPath' in plugin.endpoint ? plugin.endpoint.socketPath : '', pid: plugin.pid, caller: new PluginCaller(plugin.url), bodies: toLoad(PEER_PODS), requests: 2_000 },
    { name: 'peer', socketPath: fastapi.socketPath, pid: fastapi.pid, caller: fastapi.caller, bodies: toLoad(PEER_PODS), requests: 200 },
  ];
  for (const { bodies, caller } of sides) await createAll(bodies, caller);
  const podsOf = (side: (typeof sides)[number]) => side.bodies.map(({ pod }) => toStatusPod(pod, pod.metadata.uid, FIRST_VIEW));
  for (const side of sides) await eventually(async () => (await side.caller.status(podsOf(side))).every(({ containers }) => containers[0]?.state?.running !== undefined), { deadlineMs: 60_000 });
  const one = await interleave(sides.map((side) => ({ name: side.name, run: () => timed(() => side.caller.status(podsOf(side).slice(0, 1))) })), 50);
  const all = await interleave(sides.map((side) => ({ name: side.name, run: () => timed(() => side.caller.status(podsOf(side))) })), 10);
  const rate = await interleave(sides.map((side) => ({ name: side.name, run: () => requestsPerSecond(side.socketPath, JSON.stringify(podsOf(side).slice(0, 1)), side.requests) })), 5);
  const [ours, theirs] = sides.map(({ pid }) => toFigures([residentMebibytes(pid)]));
  for (const { bodies, caller } of sides) await Promise.all([deleteAll(bodies.map(({ pod }) => pod), caller)]);
  const row = (what: string, figures: typeof one, unit: string): Row => ({ what: `${what}, against FastAPI plugin`, ours: figures.get('plugin') ?? NO_FIGURES, theirs: figures.get('peer') ?? NO_FIGURES, unit });
  return [
    row('`/status` of one pod', one, 'ms'),
    row(`\`/status\` of ${PEER_PODS} pods in one call`, all, 'ms'),
    row('`/status` of one pod, 8 connections', rate, '/s'),
    { what: `resident memory with ${PEER_PODS} pods, against FastAPI plugin`, ours: ours ?? NO_FIGURES, ...(theirs && { theirs }), unit: 'MiB' },
  ];
}
