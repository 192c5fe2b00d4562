import { type ContainerDetails, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { decodeRecord, isVolumeOfPod, LABEL, parseContainerName, type PodRecord, SANDBOX, type SandboxStage } from '../record/index.js';
import { removeObjectsOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';

/** Containers of pods nobody here manages, as inspections showed them. */
export class FoundContainers {
  private readonly found = new Map<string, ContainerDetails>();

  note(details: ContainerDetails): void {
    this.found.set(details.Id, details);
  }

  /** All that was noted since the last time, with the pods that they are of: the sandboxes, and the others. */
  take(): { readonly sandboxes: readonly Found[]; readonly others: readonly Found[] } {
    const all = [...this.found.values()].map((details) => ({ podUid: details.Config.Labels?.[LABEL.podUid] ?? '', details }));
    this.found.clear();
    const isSandbox = ({ details }: Found): boolean => details.Config.Labels?.[LABEL.container] === SANDBOX;
    return { sandboxes: all.filter(isSandbox), others: all.filter((found) => !isSandbox(found)) };
  }
}

interface Found {
  readonly podUid: string;
  readonly details: ContainerDetails;
}

/** A pod that was found on the engine. */
export interface FoundPod {
  readonly record: PodRecord;
  readonly stage: SandboxStage;
}

/**
 * Reads the record of a sandbox. One that was never accepted is removed; one that cannot be read is kept, reported, not touched.
 */
export async function recoverPod(podUid: string, details: ContainerDetails, rooms: Rooms): Promise<FoundPod | undefined> {
  const stage = parseContainerName(details.Name)?.stage ?? 'accepted';
  if (stage === 'creating') {
    rooms.logger.info('a pod that was never accepted is removed', { podUid });
    await removeObjectsOf(podUid, rooms);
    return undefined;
  }
  try {
    return { record: await decodeRecord(details.Config.Env ?? []), stage };
  } catch (error) {
    rooms.logger.error('the record of a pod cannot be read; the pod is kept and not touched', { podUid, reason: messageOf(error) });
    return undefined;
  }
}

/** Removes volumes of this node whose pod is gone: a plugin that died between a pod's sandbox and its volumes leaves them. */
export async function removeOrphanVolumes(isKnown: (podUid: string) => boolean, rooms: Rooms): Promise<void> {
  for (const volume of await rooms.engine.listVolumes([`${LABEL.node}=${rooms.node}`])) {
    const podUid = volume.Labels[LABEL.podUid];
    if (podUid === undefined || isKnown(podUid) || !isVolumeOfPod(rooms.node, volume)) continue;
    try {
      await rooms.engine.removeVolume(volume.Name);
      rooms.logger.info('a volume whose pod is gone is removed', { podUid, volume: volume.Name });
    } catch (error) {
      // What cannot be removed must not keep the pods from being looked after; the sweep tries it again.
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      rooms.logger.warn('a volume whose pod is gone could not be removed', { podUid, volume: volume.Name, reason: messageOf(error) });
    }
  }
}
