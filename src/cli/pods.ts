import { type Call, exchange, parsePluginUrl, PLUGIN_URL_ALLOWED, PluginRefused, readText } from '../caller/index.js';

/** As `GET /debug/pods` tells of a pod. */
export interface PodLine {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly ready: number;
  readonly containers: number;
  readonly restarts: number;
  readonly createdAt?: string;
  readonly notes: readonly string[];
}

const TIMEOUT_MS = 30_000;
const HEAD = ['POD', 'PHASE', 'READY', 'RESTARTS', 'AGE', 'NOTES'] as const;

/** Asks a running plugin. @throws PluginRefused, PluginUnreachable, RangeError for a URL that is none */
export async function askForPods(url: string): Promise<readonly PodLine[]> {
  const address = parsePluginUrl(url);
  if (address === undefined) throw new RangeError(`${url} is not the address of a plugin: give ${PLUGIN_URL_ALLOWED}`);
  const call: Call = { method: 'GET', path: '/debug/pods', session: 'pods', body: null, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const answer = await exchange(address, call);
  const text = await readText(answer, call);
  if (answer.status !== 200) throw new PluginRefused(`${call.method} ${call.path}`, answer.status, text);
  return JSON.parse(text) as readonly PodLine[];
}

/** A table for a person, a pod a line. Pure. */
export function podsTable(pods: readonly PodLine[], now: Date): string {
  if (pods.length === 0) return 'no pods\n';
  const sorted = [...pods].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const rows = [HEAD, ...sorted.map((pod) => [nameOf(pod), pod.phase, `${pod.ready}/${pod.containers}`, String(pod.restarts), ageOf(pod, now), pod.notes.join('; ')])];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd()}\n`).join('');
}

function nameOf({ namespace, name, uid }: PodLine): string {
  return name === '' ? uid : `${namespace}/${name}`;
}

/** As kubectl has it, in the largest unit that is whole. */
function ageOf({ createdAt }: PodLine, now: Date): string {
  if (createdAt === undefined) return '-';
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
