import { isEngineError } from './errors.js';
import type { Engine } from './types.js';

/** What an engine is asked for. */
export type EngineCall = Exclude<keyof Engine, 'guarded' | 'queued'>;

/** All of them, by name. */
const CALLS: Readonly<Record<EngineCall, true>> = {
  version: true, info: true, diskUsage: true, ping: true,
  createContainer: true, startContainer: true, stopContainer: true, killContainer: true, removeContainer: true, renameContainer: true, inspectContainer: true,
  listContainers: true, waitContainer: true, statPath: true, getArchive: true, putArchive: true, containerLogs: true,
  startExec: true, inspectExec: true,
  createVolume: true, inspectVolume: true, listVolumes: true, removeVolume: true,
  createNetwork: true, inspectNetwork: true, listNetworks: true, reattachNetwork: true, joinNetwork: true, leaveNetwork: true, removeNetwork: true,
  inspectImage: true, pullImage: true, listImages: true, imageUsage: true, tagImage: true, removeImage: true, importImage: true,
  watchEvents: true,
};

/** Makes a call, and looks on. @param objectId of the container that it is for, where it is for one by id */
export type Observer = <T>(call: EngineCall, objectId: string | undefined, make: () => Promise<T>) => Promise<T>;

const OBJECT_ID = /^[0-9a-f]{64}$/;

/** The same engine, each of whose calls is made by `observe`. */
export function observed(engine: Engine, observe: Observer): Engine {
  const calls = Object.keys(CALLS).map((name) => {
    const call = name as EngineCall;
    // Looked up at each call: what is behind it may be changed.
    const make = (args: unknown[]): Promise<unknown> => (engine as unknown as Readonly<Record<EngineCall, (...args: unknown[]) => Promise<unknown>>>)[call](...args);
    return [call, (...args: unknown[]) => observe(call, typeof args[0] === 'string' && OBJECT_ID.test(args[0]) ? args[0] : undefined, () => make(args))];
  });
  return { ...(Object.fromEntries(calls) as Engine), guarded: (guard) => observed(engine.guarded(guard), observe), queued: () => engine.queued() };
}

/** One word for how a call failed. */
export function errorTagOf(error: unknown): string {
  return isEngineError(error) ? error.tag : 'Other';
}
