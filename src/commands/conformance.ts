import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { printableLines } from '../cli/index.js';
import { type ConformanceOptions, leftBehindText, passes, resultText, runConformance, summaryText } from '../conformance/index.js';

/** Node's timers hold 31 bits of milliseconds, and a longer one fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

interface ConformanceFlags {
  readonly url: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly only: readonly string[];
  readonly json: boolean;
  readonly timeout: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** `interlink-docker conformance`: tries the rules of the wire on any plugin. */
export function conformanceCommand(): Command {
  return new Command('conformance')
    .description('try the rules of the wire on a plugin, whatever it is made of; exit code 1 when one that is a must does not hold')
    .option('--url <url>', 'the plugin: http://host:port, https://host:port or unix:///path/of/a.sock', 'http://127.0.0.1:4000')
    .option('--image <image>', 'image of the pods, with a POSIX shell (default: busybox:1.36)')
    .option('--namespace <namespace>', 'namespace of the pods (default: default)')
    .option('--only <rule>', 'try this rule only; may be given several times', (id: string, before: readonly string[]) => [...before, id], [])
    .option('--timeout <seconds>', 'for the whole run', '900')
    .option('--ca <file>', "authority of the plugin's certificate, for https")
    .option('--cert <file>', 'certificate of the caller, for https')
    .option('--key <file>', 'its key')
    .option('--json', 'the report as JSON', false)
    .action(runCommand);
}

async function runCommand(flags: ConformanceFlags): Promise<void> {
  const { url, json, only, timeout, ...rest } = flags;
  const timeoutMs = Number(timeout) * 1000;
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS)) throw new RangeError(`--timeout ${timeout}: give a number of seconds, ${Math.floor(LONGEST_TIMEOUT_MS / 1000)} at most`);
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(new Error('interrupted'));
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const report = await runConformance({
    url,
    timeoutMs,
    signal: leaving.signal,
    tls: toTls(rest),
    ...(rest.image !== undefined && { image: rest.image }),
    ...(rest.namespace !== undefined && { namespace: rest.namespace }),
    ...(only.length > 0 && { only }),
    ...(!json && { onResult: (result) => process.stdout.write(`${printableLines(resultText(result))}\n`) }),
  });
  process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : summaryText(report)}\n`);
  const left = leftBehindText(report);
  if (left !== undefined) process.stderr.write(`${left}\n`);
  process.exitCode = passes(report) ? 0 : 1;
}

function toTls({ ca, cert, key }: Pick<ConformanceFlags, 'ca' | 'cert' | 'key'>): NonNullable<ConformanceOptions['tls']> {
  const read = (file: string): string => readFileSync(file, 'utf8');
  return { ...(ca !== undefined && { ca: read(ca) }), ...(cert !== undefined && { cert: read(cert) }), ...(key !== undefined && { key: read(key) }) };
}
