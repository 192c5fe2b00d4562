import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { ObservedContainer, PodRecord } from '../record/index.js';
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

  private async prepare(isFresh: boolean, rooms: Rooms, signal: AbortSignal): Promise<void> {
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
