import { type ContainerDetails, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { decodeRecord, LABEL, parseContainerName, type PodRecord, SANDBOX, type SandboxStage } from '../record/index.js';
import { removeObjectsOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';

/** Sandboxes of pods nobody here manages, as the inspections of a relist showed them. */
export class FoundSandboxes {
  private readonly found = new Map<string, ContainerDetails>();

  /** Takes note of an inspection, where it is of a sandbox. */
  note(details: ContainerDetails): void {
    const labels = details.Config.Labels ?? {};
    const podUid = labels[LABEL.podUid];
    if (podUid !== undefined && labels[LABEL.container] === SANDBOX) this.found.set(podUid, details);
  }

  take(): ReadonlyMap<string, ContainerDetails> {
    const all = new Map(this.found);
    this.found.clear();
    return all;
  }
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
    if (podUid === undefined || isKnown(podUid)) continue;
    try {
      await rooms.engine.removeVolume(volume.Name);
      rooms.logger.info('a volume whose pod is gone is removed', { podUid, volume: volume.Name });
    } catch (error) {
      if (!isEngineError(error, 'Conflict')) throw error;
      rooms.logger.warn('a volume whose pod is gone is used by somebody else', { podUid, volume: volume.Name });
    }
  }
}
