import type { DiskUsage } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { imagesOfPod } from '../../kube/index.js';
import { hasDiskLimits, overDiskLimit, type PodDiskUsage } from '../decide/index.js';
import { evict } from './evict.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/** From time to time: keeps the engine's disk from filling. What fails is said, and tried again the next time. */
export async function tidyDisk(pods: ReadonlyMap<string, ManagedPod>, rooms: Rooms): Promise<void> {
  await evictOverDiskLimit(pods.values(), rooms);
  const wanted = (): string[] => [...pods.values()].flatMap(({ record }) => imagesOfPod(record.pod));
  await rooms.images.tidy(wanted).catch((error: unknown) => rooms.logger.warn('images could not be tidied, and are looked at again', { reason: messageOf(error) }));
}

/**
 * Ends pods that hold more of the disk than they may. The engine cannot limit it, so it is counted from time to time, and only
 * where some pod has a limit.
 */
async function evictOverDiskLimit(pods: Iterable<ManagedPod>, rooms: Rooms): Promise<void> {
  const limited = [...pods].filter((pod) => !pod.isDeleting && hasDiskLimits(pod.record.pod));
  if (limited.length === 0) return;
  const usage = await rooms.engine.diskUsage();
  for (const pod of limited) {
    const message = overDiskLimit(pod.record.pod, usageOf(pod, usage));
    // At once, as on a kubelet: what is over its limit is not given time to write more.
    if (message !== undefined) await evict(pod, message, rooms, 0);
  }
}

function usageOf({ record, observed }: ManagedPod, usage: DiskUsage): PodDiskUsage {
  const containers = [...observed.containers].map(([name, attempts]): [string, number] => [name, usage.containers.get(attempts.at(-1)?.id ?? '') ?? 0]);
  return {
    volumes: new Map(record.volumes.flatMap((volume) => (volume.kind === 'own' ? [[volume.name, usage.volumes.get(volume.engineName) ?? 0]] : []))),
    containers: new Map(containers),
  };
}
