import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { LABEL, type ObservedContainer, type PodRecord } from '../record/index.js';
import { runTool } from '../sandbox/index.js';
import { toPreparation } from '../volumes/index.js';
import type { Rooms } from './rooms.js';

/** A volume could not be made ready for the pod's containers; the kubelet's `FailedMount`. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** Makes the volumes of one pod ready for its containers: once, and what is in memory again whenever it has gone. */
export class VolumePreparation {
  /** The run of the sandbox that it was done for. */
  private doneFor: string | undefined;
  private underWay: Promise<void> | undefined;
  private isDoubted = false;

  constructor(private readonly record: PodRecord) {}

  /**
   * Resolves when containers may mount the volumes. However many ask at once, it is done once.
   * @param isFresh no container of the pod has been made yet
   * @throws MountError, EngineError `Unavailable` or `Aborted`
   */
  async ensure(sandbox: ObservedContainer, isFresh: boolean, rooms: Rooms, signal: AbortSignal): Promise<void> {
    const run = `${sandbox.id} ${sandbox.startedAt ?? ''}`;
    if (this.doneFor === run) return;
    this.underWay ??= this.prepare(isFresh, rooms, signal).finally(() => (this.underWay = undefined));
    await this.underWay;
    this.doneFor = run;
  }

  /** The sandbox is not, or may not be, the one through which the files were written: a prune may have taken them as well. */
  doubt(): void {
    this.isDoubted = true;
  }

  private async prepare(isFresh: boolean, rooms: Rooms, signal: AbortSignal): Promise<void> {
    if (this.isDoubted) await requireFiles(this.record, rooms);
    this.isDoubted = false;
    const preparation = toPreparation(this.record, rooms.traits, isFresh);
    if (preparation === undefined) return;
    try {
      await runTool(preparation, { engine: rooms.engine, node: rooms.node, image: rooms.sandboxImage.name }, signal);
    } catch (error) {
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      throw new MountError(`the volumes of the pod cannot be made ready: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Files came with the pod once, and are nowhere else: a container must not run with empty directories in their place. */
async function requireFiles({ pod, volumes }: PodRecord, { engine }: Pick<Rooms, 'engine'>): Promise<void> {
  const withFiles = volumes.filter((volume) => volume.kind === 'own' && volume.digest !== undefined);
  if (withFiles.length === 0) return;
  const remade = new Set((await engine.listVolumes([`${LABEL.podUid}=${pod.metadata.uid}`, LABEL.remade])).map(({ Name }) => Name));
  const lost = withFiles.find((volume) => volume.kind === 'own' && remade.has(volume.engineName));
  if (lost === undefined) return;
  throw new MountError(`the files of the volume ${JSON.stringify(lost.name)} were removed from the engine, and came with the pod only: delete the pod and create it again`);
}
