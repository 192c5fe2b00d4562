import { Command, InvalidArgumentError, Option } from 'commander';
import { drain, explainFailure, isForbidden, nameOfPod, printable } from '../cli/index.js';
import { loadConfig, readDurationMs } from '../config/index.js';
import { type PluginFlags, toPluginUrl } from './plugin-url.js';

interface DrainFlags extends PluginFlags {
  readonly timeout: number;
  readonly waitOnly: boolean;
}

const LONGEST_MS = 7 * 24 * 3_600_000;
const DEFAULT_MS = 10 * 60_000;
const NEEDS = 'a drain needs a plugin that listens on a unix socket or a loopback address: interlink-docker cordon keeps new pods away meanwhile';
/** As shells have it after Ctrl-C. */
const INTERRUPTED = 130;

/** `interlink-docker drain`: no new pods, and those that it has are evicted. */
export function drainCommand(): Command {
  return new Command('drain')
    .description('cordon the node, evict its pods with their grace periods, and wait until nothing runs')
    .option('--config <file>', 'configuration file of the plugin, as for serve: where it listens')
    .option('--url <url>', 'the plugin, where it is not the configured one: http://host:port or unix:///path/of/a.sock')
    .addOption(new Option('--timeout <duration>', 'how long to wait, such as 90s, 10m or 2h').argParser(readTimeout).default(DEFAULT_MS, '10m'))
    .option('--wait-only', 'evict nothing: wait until the pods have ended by themselves', false)
    .addHelpText('after', '\nExit code 0: nothing runs any more; 1: something does. The node stays cordoned, also after Ctrl-C, and evictions that have begun go on.')
    .action(runDrain);
}

async function runDrain({ timeout: timeoutMs, waitOnly, ...flags }: DrainFlags): Promise<void> {
  const url = flags.url ?? plannedUrl(flags.config);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  try {
    const left = await drain({ url, waitOnly, timeoutMs }, { say: (line) => void process.stdout.write(`${line}\n`), signal: interruption.signal });
    if (left.length === 0) return;
    throw new Error(`the time is over, and ${left.length} pods are left: ${left.map((pod) => printable(nameOfPod(pod))).join(', ')}; the node stays cordoned`);
  } catch (error) {
    if (!interruption.signal.aborted) throw new Error(`${explainFailure(error, url)}${isForbidden(error) ? `; ${NEEDS}` : ''}`, { cause: error });
    process.stderr.write('interlink-docker: left without waiting; the node stays cordoned, and evictions that have begun go on\n');
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Evictions are the plugin's to make: no mark on the engine stands for them. */
function plannedUrl(file: string | undefined): string {
  const { listen } = loadConfig({ file, env: process.env });
  if (listen.kind === 'tcp' && listen.tls !== undefined) throw new Error(`the plugin listens over TLS, where it takes no orders; ${NEEDS}`);
  return toPluginUrl(listen);
}

function readTimeout(text: string): number {
  const ms = readDurationMs(0, LONGEST_MS)(text);
  if (ms === undefined) throw new InvalidArgumentError('give a duration such as 90s, 10m or 2h');
  return ms;
}
