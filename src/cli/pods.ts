import { type Call, exchange, parsePluginUrl, PLUGIN_URL_ALLOWED, PluginRefused, readText } from '../caller/index.js';
import type { ContainerStatus } from '../kube/index.js';
import { toAge, toColumns } from './columns.js';
import { nameOfPod } from './node.js';

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

/** As `GET /debug/pods/UID` tells of one. */
export interface PodAnswer {
  readonly row: PodLine;
  readonly why: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** Oldest first; times are RFC 3339. */
  readonly events: readonly EventLine[];
}

export interface EventLine {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
  readonly count: number;
  readonly firstAt: string;
  readonly at: string;
}

/** It answers from memory; one that does not is frozen. */
const TIMEOUT_MS = 10_000;
const NOT_FOUND = 404;
const HEAD = ['POD', 'PHASE', 'READY', 'RESTARTS', 'AGE', 'NOTES'] as const;

/** Asks a running plugin. @throws PluginRefused, PluginUnreachable, RangeError for a URL that is none */
export async function askForPods(url: string): Promise<readonly PodLine[]> {
  return (await ask(url, '/debug/pods')) as readonly PodLine[];
}

/** The same of one pod; `undefined`: the plugin does not know it. */
export async function askForPod(url: string, uid: string): Promise<PodAnswer | undefined> {
  try {
    return (await ask(url, `/debug/pods/${encodeURIComponent(uid)}`)) as PodAnswer;
  } catch (error) {
    if (error instanceof PluginRefused && error.status === NOT_FOUND) return undefined;
    throw error;
  }
}

/** What a running plugin lacks to do its work, a line each: its pods are as it saw them last then. */
export async function askWhatIsMissing(url: string): Promise<readonly string[]> {
  const { status, text } = await get(url, '/readyz');
  return status === 503 ? text.split('\n').filter((line) => line !== '') : [];
}

async function ask(url: string, path: string): Promise<unknown> {
  const { status, text, call } = await get(url, path);
  if (status !== 200) throw new PluginRefused(`${call.method} ${call.path}`, status, text);
  return JSON.parse(text);
}

async function get(url: string, path: string): Promise<{ readonly status: number; readonly text: string; readonly call: Call }> {
  const address = parsePluginUrl(url);
  if (address === undefined) throw new RangeError(`${url} is not the address of a plugin: give ${PLUGIN_URL_ALLOWED}`);
  const call: Call = { method: 'GET', path, session: 'pods', body: null, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const answer = await exchange(address, call);
  return { status: answer.status, text: await readText(answer, call), call };
}

/** A table for a person, a pod a line. Pure. */
export function podsTable(pods: readonly PodLine[], now: Date): string {
  if (pods.length === 0) return 'no pods\n';
  const sorted = [...pods].sort((a, b) => nameOfPod(a).localeCompare(nameOfPod(b)));
  return toColumns([HEAD, ...sorted.map((pod) => [nameOfPod(pod), pod.phase, `${pod.ready}/${pod.containers}`, String(pod.restarts), toAge(pod.createdAt, now), pod.notes.join('; ')])]);
}
