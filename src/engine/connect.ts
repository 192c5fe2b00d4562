import { Connection, type EngineAddress } from './connection.js';
import { containers } from './containers.js';
import { diskUsage } from './disk-usage.js';
import { EngineError } from './errors.js';
import { events } from './events.js';
import { execs } from './execs.js';
import { imageUsage } from './image-usage.js';
import { images } from './images.js';
import { type InspectedEngine, toInfo } from './info.js';
import { networks } from './networks.js';
import { ping } from './ping.js';
import { Slots } from './slots.js';
import type { Engine, EngineInfo, EngineVersion } from './types.js';
import { volumes } from './volumes.js';

/** Newest API that is known here, and the oldest that will do. */
const NEWEST_API = 48;
const OLDEST_API = 41;

export interface EngineLimits {
  /** Short calls at once. Default 32. */
  readonly parallelCalls?: number;
  /** Container starts at once. Default 8. */
  readonly parallelStarts?: number;
  /** Starts of commands beside a container's program at once. Default 8. */
  readonly parallelExecs?: number;
  /** How long a call may take that has no reason to last, and a stream be silent that has none. Default 60 s. */
  readonly answerTimeoutMs?: number;
}

/** A Docker Engine. Nothing is connected yet: the first call asks for its version. */
export function connectEngine(address: EngineAddress, limits: EngineLimits = {}): Engine {
  const connection = new Connection(address, limits.answerTimeoutMs);
  const calls = new Slots(limits.parallelCalls ?? 32);
  const starts = new Slots(limits.parallelStarts ?? 8);
  const execStarts = new Slots(limits.parallelExecs ?? 8);
  const shared = { ping: (signal?: AbortSignal) => ping(address, signal), version: negotiation(connection), calls, starts, execStarts };
  return over(connection, shared);
}

interface Shared {
  readonly ping: Engine['ping'];
  readonly version: Engine['version'];
  readonly calls: Slots;
  readonly starts: Slots;
  readonly execStarts: Slots;
}

function over(connection: Connection, shared: Shared): Engine {
  const { ping, version, calls, starts, execStarts } = shared;
  return {
    guarded: (guard) => over(connection.guarded(guard), shared),
    queued: () => ({ starts: starts.waitingCount, execs: execStarts.waitingCount, calls: calls.waitingCount }),
    version,
    ping,
    async info(signal?: AbortSignal): Promise<EngineInfo> {
      await version(signal);
      return toInfo((await calls.run(() => connection.call({ method: 'GET', path: '/info', signal }), signal)) as InspectedEngine);
    },
    ...afterVersion(version, { ...containers(connection, calls, starts), ...volumes(connection, calls), ...networks(connection, calls), ...images(connection, calls), ...diskUsage(connection, calls), ...imageUsage(connection, calls), ...execs(connection, calls, execStarts), ...events(connection) }),
  };
}

/** Asks once; an engine that was away is asked again at the next call. */
function negotiation(connection: Connection): (signal?: AbortSignal) => Promise<EngineVersion> {
  let known: EngineVersion | undefined;
  return async (signal) => (known ??= await negotiate(connection, signal));
}

async function negotiate(connection: Connection, signal: AbortSignal | undefined): Promise<EngineVersion> {
  const answer = (await connection.call({ method: 'GET', path: '/version', signal })) as { Version: string; ApiVersion: string; MinAPIVersion?: string; Arch: string };
  const minor = Math.min(minorOf(answer.ApiVersion), NEWEST_API);
  if (minor < OLDEST_API || minorOf(answer.MinAPIVersion ?? '1.0') > minor) {
    throw new EngineError('Failed', `the Docker Engine ${answer.Version} speaks API ${answer.MinAPIVersion ?? ''} to ${answer.ApiVersion}; 1.${OLDEST_API} to 1.${NEWEST_API} are known here`);
  }
  connection.useApi(`1.${minor}`);
  return { version: answer.Version, apiVersion: `1.${minor}`, architecture: answer.Arch };
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** Every call speaks the version that was agreed on. */
function afterVersion<T extends Record<string, (...args: never[]) => Promise<unknown>>>(version: (signal?: AbortSignal) => Promise<EngineVersion>, calls: T): T {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: never[]) => {
      await version(args.find((argument: unknown) => argument instanceof AbortSignal));
      return call(...args);
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
