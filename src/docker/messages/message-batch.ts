import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { type Engine, isEngineError } from '../../engine/index.js';
import { LABEL } from '../record/index.js';
import type { SandboxImage } from '../sandbox/index.js';

/** What files of a batch are made and read with. */
export interface BatchRooms {
  readonly engine: Engine;
  /** Name of the virtual node. */
  readonly node: string;
  readonly sandboxImage: SandboxImage;
}

/** Files in one volume: more would lie about longer, fewer would be made more often. */
export const FILES_A_BATCH = 128;
/** `io.kubernetes.docker.type` of the container that a batch is reached through. */
const MESSAGES = 'messages';
/** Where that container has the volume. */
const ROOT = '/m';
/** Any user of any container may write its own. */
const FILE_MODE = 0o666;

/** With which the names of a node's batches begin: of their volumes, and of the containers that they are reached through. */
export function batchPrefix(node: string): string {
  return `k8s_${node}_${MESSAGES}_`;
}

/** Makes a batch's volume and its files, all of them empty, with one archive. @returns name of the volume, and its path on the engine's host */
export async function makeBatch(rooms: BatchRooms): Promise<{ readonly name: string; readonly path: string }> {
  const name = `${batchPrefix(rooms.node)}${randomBytes(6).toString('hex')}`;
  const doorId = await createDoor(name, rooms);
  await rooms.engine.putArchive(doorId, ROOT, await emptyFiles(Array.from({ length: FILES_A_BATCH }, (_, index) => String(index))));
  return { name, path: (await rooms.engine.inspectVolume(name)).Mountpoint };
}

/**
 * A container that never runs and mounts the volume of its own name: files are reached through it without mounting anything of
 * a pod's, and the volume is in use, so that no prune of volumes takes it.
 */
async function createDoor(name: string, { engine, node, sandboxImage }: BatchRooms): Promise<string> {
  await sandboxImage.ensure();
  const labels = { [LABEL.node]: node, [LABEL.type]: MESSAGES };
  const volume = { Type: 'volume', Source: name, Target: ROOT, VolumeOptions: { NoCopy: true, Labels: labels } } as const;
  return engine.createContainer(name, { Image: sandboxImage.name, Cmd: ['pause'], Labels: labels, HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' }, CapDrop: ['ALL'], Mounts: [volume] } });
}

/** Does something through the door of a batch, which is made again where a prune took it. */
export async function throughDoor<T>(name: string, rooms: BatchRooms, work: (doorId: string) => Promise<T>): Promise<T> {
  try {
    return await work(name);
  } catch (error) {
    if (!isEngineError(error, 'NotFound') || (await isThere(rooms.engine.inspectContainer(name)))) throw error;
    // It must not bring the volume to life again.
    await rooms.engine.inspectVolume(name);
    await createDoor(name, rooms);
    return work(name);
  }
}

/** Path of a file inside the door's container. */
export function inDoor(file: string): string {
  return posix.join(ROOT, file);
}

/** Puts an empty file in the place of one. What still has the old one keeps it. */
export async function emptyFile(name: string, file: string, rooms: BatchRooms): Promise<void> {
  const tar = await emptyFiles([file]);
  await throughDoor(name, rooms, (doorId) => rooms.engine.putArchive(doorId, ROOT, tar));
}

/** Removes batches that no container has a file of, but for those in `kept`. */
export async function removeUnusedBatches(kept: ReadonlySet<string>, { engine, node }: BatchRooms): Promise<void> {
  const volumes = await engine.listVolumes([`${LABEL.node}=${node}`, `${LABEL.type}=${MESSAGES}`]);
  const candidates = volumes.map(({ Name }) => Name).filter((name) => !kept.has(name));
  if (candidates.length === 0) return;
  const containers = await engine.listContainers([`${LABEL.node}=${node}`, LABEL.messageVolume]);
  const used = new Set(containers.map(({ Labels }) => Labels[LABEL.messageVolume]));
  for (const name of candidates.filter((candidate) => !used.has(candidate))) {
    await engine.removeContainer(name);
    await engine.removeVolume(name);
  }
}

/** Whether what a call asks for exists. */
export async function isThere(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!isEngineError(error, 'NotFound')) throw error;
    return false;
  }
}

function emptyFiles(names: readonly string[]): Promise<Buffer> {
  const tar = pack();
  for (const name of names) tar.entry({ name, mode: FILE_MODE, uid: 0, gid: 0 }, '');
  tar.finalize();
  return buffer(tar);
}
