import { posix } from 'node:path';
import { isEngineError, type MountConfig, type PathStat } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { HostVolume, MountedVolume, PodRecord, PodVolume } from '../record/index.js';
import { runTool } from '../sandbox/index.js';
import { sandboxPath, toMountSource } from '../spec/index.js';
import { MountRefused } from './refusals.js';
import type { Rooms } from './rooms.js';

/** By `hostPath.type`: what has to be there. */
const WANTED: Readonly<Record<string, PathStat['kind']>> = {
  Directory: 'directory', DirectoryOrCreate: 'directory', File: 'file', FileOrCreate: 'file', Socket: 'socket', CharDevice: 'charDevice', BlockDevice: 'blockDevice',
};

const NAMES: Readonly<Record<PathStat['kind'], string>> = {
  directory: 'a directory', file: 'a file', symlink: 'a link', socket: 'a socket', charDevice: 'a character device', blockDevice: 'a block device', other: 'something else',
};

interface HostEntry {
  readonly volume: HostVolume | MountedVolume;
  /** In the sandbox. */
  readonly path: string;
  readonly field: string;
  /** `hostPath.type`; of a claim's directory that of one that is made. */
  readonly type: string;
}

/** Whether the pod has paths of the engine's host that must be looked at, or made, before it is taken on. */
export function hasHostPaths(record: PodRecord): boolean {
  return entriesOf(record).length > 0;
}

/**
 * Makes what `…OrCreate` asks for and sees that everything is of its type: by the sandbox, which mounts it, so that it works on an
 * engine elsewhere too.
 * @throws ProviderError `InvalidPod` naming the field
 */
export async function checkHostPaths(sandboxId: string, record: PodRecord, rooms: Rooms, signal: AbortSignal): Promise<void> {
  for (const entry of entriesOf(record)) {
    const { volume, type, field } = entry;
    if (volume.kind === 'host' && volume.create === 'file') {
      await make('file', `${HELPER_ROOT}/${posix.basename(volume.path)}`, { Type: 'bind', Source: posix.dirname(volume.path), Target: HELPER_ROOT }, entry, rooms, signal);
      continue;
    }
    const seen = await statIn(sandboxId, entry.path, rooms, signal);
    if (seen === undefined) await makeBelow(entry, record, rooms, signal);
    else if (type !== '' && seen !== WANTED[type]) throw new MountRefused(volume.name, `${field} is ${NAMES[seen]} on this node, not what type ${type} asks for`);
  }
}

function entriesOf({ pod, volumes }: PodRecord): HostEntry[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, hostPath }, at) => {
    const index = volumes.findIndex((volume) => volume.name === name && volume.subPath === undefined);
    const volume = volumes[index];
    if (volume === undefined || !isOfHost(volume)) return [];
    const below = volume.kind === 'mounted' ? (volume.below ?? '') : '';
    const field = `pod.spec.volumes[${at}]${hostPath ? `.hostPath.path ${JSON.stringify(hostPath.path)}` : '.persistentVolumeClaim'}`;
    return [{ volume, path: posix.join(sandboxPath(index), below), field, type: hostPath ? (hostPath.type ?? '') : 'DirectoryOrCreate' }];
  });
}

function isOfHost(volume: PodVolume): volume is HostVolume | MountedVolume {
  return volume.kind === 'host' || (volume.kind === 'mounted' && volume.options.type === 'none');
}

/** `undefined`: there is nothing. */
async function statIn(sandboxId: string, path: string, { engine }: Rooms, signal: AbortSignal): Promise<PathStat['kind'] | undefined> {
  try {
    return (await engine.statPath(sandboxId, path, signal)).kind;
  } catch (error) {
    if (isEngineError(error, 'NotFound')) return undefined;
    throw error;
  }
}

const HELPER_ROOT = '/v';

/** Below a tree that pods write to a helper makes it: one that sees nothing but the tree, and follows no link. */
async function makeBelow(entry: HostEntry, record: PodRecord, rooms: Rooms, signal: AbortSignal): Promise<void> {
  const { volume, type, field } = entry;
  const isMade = type === '' || type.endsWith('OrCreate');
  if (!isMade || volume.kind !== 'mounted' || volume.readOnly) throw new MountRefused(volume.name, `${field} is not there on this node`);
  const tree: MountConfig = { ...toMountSource(record, volume, rooms.traits), Target: HELPER_ROOT };
  await make(type === 'FileOrCreate' ? 'file' : 'dir', posix.join(HELPER_ROOT, volume.below ?? ''), tree, entry, rooms, signal);
}

async function make(what: 'dir' | 'file', path: string, mount: MountConfig, { field, volume }: HostEntry, rooms: Rooms, signal: AbortSignal): Promise<void> {
  const command = what === 'dir' ? ['dir', '755', path] : ['file', path];
  try {
    await runTool({ command, mounts: [mount], capabilities: ['DAC_OVERRIDE'] }, { engine: rooms.engine, node: rooms.node, image: rooms.sandboxImage.name }, signal);
  } catch (error) {
    if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
    throw new MountRefused(volume.name, `${field} cannot be made on this node: ${messageOf(error)}`, { cause: error });
  }
}
