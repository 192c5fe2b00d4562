import type { Readable } from 'node:stream';
import type { Connection } from './connection.js';
import { isEngineError, toStartError } from './errors.js';
import { removeByForce } from './remove-container.js';
import type { Slots } from './slots.js';
import { parsePathStat } from './path-stat.js';
import type { ContainerConfig } from './create-options.js';
import type { ContainerDetails, ContainerSummary, Engine, LogQuery, PathStat } from './types.js';

/** Whoever waits for longer has not bounded it. */
const LONGEST_WAIT_MS = 60 * 60_000;
/** How much longer than its grace a stop may take before the engine counts as away. */
const STOP_SLACK_MS = 60_000;

type Containers = Pick<
  Engine,
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'killContainer'
  | 'removeContainer'
  | 'renameContainer'
  | 'inspectContainer'
  | 'listContainers'
  | 'waitContainer'
  | 'statPath'
  | 'getArchive'
  | 'putArchive'
  | 'containerLogs'
>;

/** Containers. @see Docker Engine API, Container */
export function containers(connection: Connection, calls: Slots, starts: Slots): Containers {
  const at = (id: string): string => `/containers/${encodeURIComponent(id)}`;

  const inspectContainer = async (id: string, signal?: AbortSignal): Promise<ContainerDetails> =>
    (await calls.run(() => connection.call({ method: 'GET', path: `${at(id)}/json`, signal }), signal)) as ContainerDetails;

  return {
    inspectContainer,

    async createContainer(name: string, config: ContainerConfig, signal?: AbortSignal): Promise<string> {
      const request = { method: 'POST', path: '/containers/create', query: { name }, body: config, signal } as const;
      return ((await calls.run(() => connection.call(request), signal)) as { Id: string }).Id;
    },

    async startContainer(id: string, signal?: AbortSignal): Promise<void> {
      try {
        await starts.run(() => connection.call({ method: 'POST', path: `${at(id)}/start`, signal }), signal);
      } catch (error) {
        throw toStartError(error);
      }
    },

    async stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
      const query = { t: String(Math.ceil(graceSeconds)) };
      await connection.call({ method: 'POST', path: `${at(id)}/stop`, query, signal, timeoutMs: graceSeconds * 1000 + STOP_SLACK_MS });
    },

    async killContainer(id: string, killSignal: string, signal?: AbortSignal): Promise<void> {
      await calls.run(() => connection.call({ method: 'POST', path: `${at(id)}/kill`, query: { signal: killSignal }, signal }), signal);
    },

    removeContainer: (id: string, signal?: AbortSignal): Promise<void> => removeByForce(at(id), connection, calls, signal),

    async renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void> {
      try {
        await calls.run(() => connection.call({ method: 'POST', path: `${at(id)}/rename`, query: { name }, signal }), signal);
      } catch (error) {
        // The engine refuses a rename to the name it has; whether that is it, its name tells.
        if (!isEngineError(error, 'BadRequest') || (await inspectContainer(id, signal)).Name !== `/${name}`) throw error;
      }
    },

    async listContainers(labels: readonly string[], signal?: AbortSignal): Promise<readonly ContainerSummary[]> {
      const query = { all: '1', filters: JSON.stringify({ label: labels }) };
      const rows = (await calls.run(() => connection.call({ method: 'GET', path: '/containers/json', query, signal }), signal)) as ListedContainer[];
      return rows.map(({ Id, Names, State, Labels }) => ({ Id, Names: Names ?? [], State, Labels: Labels ?? {} }));
    },

    // Takes no slot: it may last.
    async waitContainer(id: string, signal: AbortSignal): Promise<number> {
      const answer = await connection.call({ method: 'POST', path: `${at(id)}/wait`, query: { condition: 'not-running' }, signal, timeoutMs: LONGEST_WAIT_MS });
      return (answer as { StatusCode: number }).StatusCode;
    },

    async statPath(id: string, path: string, signal?: AbortSignal): Promise<PathStat> {
      const headers = await calls.run(() => connection.headers({ method: 'HEAD', path: `${at(id)}/archive`, query: { path }, signal }), signal);
      return parsePathStat(String(headers['x-docker-container-path-stat'] ?? ''));
    },

    async getArchive(id: string, path: string, signal?: AbortSignal): Promise<Readable> {
      return connection.stream({ method: 'GET', path: `${at(id)}/archive`, query: { path }, signal, isSteady: true });
    },

    async putArchive(id: string, path: string, tar: Readable | Buffer, signal?: AbortSignal): Promise<void> {
      await calls.run(() => connection.call({ method: 'PUT', path: `${at(id)}/archive`, query: { path }, file: tar, signal }), signal);
    },

    async containerLogs(id: string, query: LogQuery, signal?: AbortSignal): Promise<Readable> {
      return connection.stream({ method: 'GET', path: `${at(id)}/logs`, query: toLogQuery(query), signal });
    },
  };
}

interface ListedContainer extends Omit<ContainerSummary, 'Names' | 'Labels'> {
  readonly Names: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

function toLogQuery({ follow, timestamps, tail, since, until }: LogQuery): Record<string, string> {
  return {
    stdout: '1',
    stderr: '1',
    follow: follow ? '1' : '0',
    timestamps: timestamps ? '1' : '0',
    tail: tail === undefined ? 'all' : String(tail),
    ...(since && { since: toSeconds(since) }),
    ...(until && { until: toSeconds(until) }),
  };
}

/** The engine takes seconds with up to nine digits behind the point. */
export function toSeconds(at: Date): string {
  return (at.getTime() / 1000).toFixed(3);
}

/** What is so already is success. */
export async function ignore(tag: 'NotFound', call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isEngineError(error, tag)) throw error;
  }
}
