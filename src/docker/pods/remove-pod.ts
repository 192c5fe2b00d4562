import type { ContainerSummary } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { LABEL } from '../record/index.js';
import { within } from './deadline.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/** A removal waits no longer for those who follow a log that has ended. */
const LONGEST_READING_MS = 2_000;

/**
 * Removes everything of a pod whose containers have ended. The sandbox is the last container to go: its name is the deletion's
 * record. Its volumes can only go after it; should we die in between, their labels tell the next start whose they were.
 */
export async function removePod(pod: ManagedPod, rooms: Rooms): Promise<void> {
  await removeObjectsOf(pod.uid, rooms);
  rooms.ledger.release(pod.uid);
  pod.retire();
}

/** Removes what the engine has of a pod's UID: its files in memory, containers, then the volumes they held. */
export async function removeObjectsOf(podUid: string, rooms: Rooms): Promise<void> {
  await rooms.secrets.remove(podUid);
  await removeContainersOf(podUid, rooms);
  await removeVolumesOf(podUid, rooms);
}

/** Stops what carries a pod's UID, side by side, each with the grace period. */
export async function stopContainersOf(podUid: string, graceSeconds: number, rooms: Rooms): Promise<void> {
  const running = (await listContainersOf(podUid, rooms)).filter((row) => row.State === 'running');
  await Promise.all(
    running.map(async (row) => {
      rooms.cache.outside.expect(row.Id);
      await rooms.engine.stopContainer(row.Id, graceSeconds);
    }),
  );
}

function listContainersOf(podUid: string, rooms: Rooms): Promise<readonly ContainerSummary[]> {
  return rooms.engine.listContainers([`${LABEL.node}=${rooms.node}`, `${LABEL.podUid}=${podUid}`]);
}

/** Removes the containers that carry a pod's UID, as the engine lists them now, the sandbox last. */
async function removeContainersOf(podUid: string, rooms: Rooms): Promise<void> {
  const listed = await listContainersOf(podUid, rooms);
  await within(LONGEST_READING_MS, rooms.followers.told(listed.map(({ Id }) => Id)), rooms.clock);
  const isSandbox = (labels: Readonly<Record<string, string>>): boolean => labels[LABEL.type] === 'podsandbox';
  const remove = async (id: string): Promise<void> => {
    rooms.cache.outside.expect(id);
    await rooms.engine.removeContainer(id);
    if ((await rooms.cache.refresh(id)) !== undefined) throw new ProviderError('EngineFailed', 'the engine says that a container is removed, and has it still');
  };
  await Promise.all(listed.filter((row) => !isSandbox(row.Labels)).map((row) => remove(row.Id)));
  await Promise.all(listed.filter((row) => isSandbox(row.Labels)).map((row) => remove(row.Id)));
}

async function removeVolumesOf(podUid: string, rooms: Rooms): Promise<void> {
  const list = (): ReturnType<Rooms['engine']['listVolumes']> => rooms.engine.listVolumes([`${LABEL.node}=${rooms.node}`, `${LABEL.podUid}=${podUid}`]);
  const volumes = await list();
  if (volumes.length === 0) return;
  await Promise.all(volumes.map((volume) => rooms.engine.removeVolume(volume.Name)));
  if ((await list()).length > 0) throw new ProviderError('EngineFailed', 'the engine says that a volume is removed, and has it still');
}
