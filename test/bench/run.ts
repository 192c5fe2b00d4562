import { cpus } from 'node:os';
import { PluginCaller } from '../../src/caller/index.js';
import { connectEngine } from '../../src/engine/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { findEngine, purgeLabel, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { PluginProcess } from '../support/plugin-process.js';
import { benchLogs } from './logs.js';
import { benchProbes } from './probes.js';
import { benchStarts } from './starts.js';
import { benchStatus } from './status.js';
import { printTable } from './table.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
/** What two cores can do beside the engine; more on a larger machine. */
const PROBED_PODS = Number(process.env['BENCH_PROBED_PODS'] ?? 30);
const LABEL = 'interlink.eu/bench';
/** `npm run bench -- logs` does a part of it. */
const isWanted = (part: string): boolean => process.argv.length < 3 || process.argv.includes(part);

const under = findEngine();
if (under === undefined) {
  console.error('no Docker Engine answers; set DOCKER_HOST or start one');
  process.exit(1);
}
await ensureBusybox(under.endpoint);
const node = uniqueNode('bench');
const engine = connectEngine('socketPath' in under.endpoint ? { kind: 'socket', path: under.endpoint.socketPath } : { kind: 'tcp', ...under.endpoint });
const plugin = await PluginProcess.start({ dockerHost: under.dockerHost, node, env: { LOGS_MAXSIZE: '2Gi' } });
try {
  const { version } = await engine.version();
  console.log(`${new Date().toISOString().slice(0, 10)}, Docker Engine ${version}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}; medians of ${ROUNDS} interleaved rounds (least–most)\n`);
  const starts = isWanted('starts') ? await benchStarts({ engine, caller: new PluginCaller(plugin.url), label: LABEL, rounds: ROUNDS }) : [];
  const status = isWanted('status') ? await benchStatus(Math.min(ROUNDS, 8)) : [];
  const logs = isWanted('logs') ? await benchLogs({ engine, caller: new PluginCaller(plugin.url), pluginPid: plugin.pid }, Math.min(ROUNDS, 5)) : [];
  printTable([...starts, ...status, ...logs]);
  if (isWanted('probes')) await benchProbes(engine, under, PROBED_PODS);
} finally {
  await plugin.stop();
  await plugin.remove();
  await purgeNode(node, under.endpoint);
  await purgeLabel(`${LABEL}=1`, under.endpoint);
}
