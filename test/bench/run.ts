import { cpus } from 'node:os';
import { PluginCaller } from '../../src/caller/index.js';
import { connectEngine } from '../../src/engine/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { findEngine, purgeLabel, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { PluginProcess } from '../support/plugin-process.js';
import { benchLogs } from './logs.js';
import { benchPeerStatus } from './peer-status.js';
import { openPeers, type Peers } from './peers/index.js';
import { benchProbes } from './probes.js';
import { benchRestart } from './restart.js';
import { benchScale } from './scale.js';
import { benchStarts } from './starts.js';
import { benchStatus } from './status.js';
import { printTable, type Row, toTable, writeTable } from './table.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
/** What two cores can do beside the engine; more on a larger machine. */
const PROBED_PODS = Number(process.env['BENCH_PROBED_PODS'] ?? 30);
const LABEL = 'interlink.eu/bench';
const NO_PEERS: Peers = { close: () => Promise.resolve() };
const RESTARTED_PODS = Number(process.env['BENCH_RESTARTED_PODS'] ?? 200);
/** A bridge of Linux has 1024 ports, a pod here some 1 MiB of the engine's. */
const SCALE_PODS = Number(process.env['BENCH_SCALE_PODS'] ?? 500);
const WRITE = '--write';
const wanted = process.argv.slice(2).filter((word) => word !== WRITE);
/** `npm run bench -- logs` does a part of it. */
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

const under = findEngine();
if (under === undefined) {
  console.error('no Docker Engine answers; set DOCKER_HOST or start one');
  process.exit(1);
}
await ensureBusybox(under.endpoint);
const node = uniqueNode('bench');
const engine = connectEngine('socketPath' in under.endpoint ? { kind: 'socket', path: under.endpoint.socketPath } : { kind: 'tcp', ...under.endpoint });
const plugin = await PluginProcess.start({ dockerHost: under.dockerHost, node, env: { LOGS_MAXSIZE: '2Gi' } });
let peers: Peers | undefined;
try {
  const { version } = await engine.version();
  console.log(`${new Date().toISOString().slice(0, 10)}, Docker Engine ${version}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}; medians of ${ROUNDS} interleaved rounds (least–most)\n`);
  if (isWanted('starts') || isWanted('peers')) peers = await openPeers(under.dockerHost, LABEL);
  const caller = new PluginCaller(plugin.url);
  const parts: readonly (readonly [name: string, run: () => Promise<readonly Row[]>])[] = [
    ['starts', () => benchStarts({ engine, caller, label: LABEL, rounds: ROUNDS, peers: peers ?? NO_PEERS })],
    ['status', () => benchStatus(Math.min(ROUNDS, 8))],
    ['peers', () => benchPeerStatus(plugin, peers ?? NO_PEERS)],
    ['logs', () => benchLogs({ engine, caller, pluginPid: plugin.pid }, Math.min(ROUNDS, 5))],
    ['restart', () => benchRestart(engine, under, RESTARTED_PODS)],
    ['scale', () => benchScale(under, SCALE_PODS)],
  ];
  const rows: Row[] = [];
  for (const [name, run] of parts) if (isWanted(name)) rows.push(...(await run()));
  const table = toTable(rows);
  printTable(table);
  if (process.argv.includes(WRITE)) await writeTable(table);
  if (isWanted('probes')) await benchProbes(engine, under, PROBED_PODS);
} finally {
  await peers?.close();
  await plugin.stop();
  await plugin.remove();
  await purgeNode(node, under.endpoint);
  await purgeLabel(`${LABEL}=1`, under.endpoint);
}
