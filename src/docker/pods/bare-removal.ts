import { messageOf } from '../../errors.js';
import { removeObjectsOf, stopContainersOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';

/** Stops and removes what the engine has of a UID that has no worker: no readable record, or a create that was cut short. */
export class BareRemoval {
  /** By pod UID; two removals of one container meet in the engine as a conflict. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly rooms: Rooms) {}

  remove(podUid: string, graceSeconds: number): Promise<void> {
    const removal = this.underWay.get(podUid) ?? this.removeNow(podUid, graceSeconds).finally(() => this.underWay.delete(podUid));
    this.underWay.set(podUid, removal);
    return removal;
  }

  /** The same for what nobody waits for. */
  sweep(podUid: string, graceSeconds: number): void {
    this.remove(podUid, graceSeconds).catch((error: unknown) => {
      this.rooms.logger.warn('what is left of a pod could not be removed', { podUid, reason: messageOf(error) });
    });
  }

  private async removeNow(podUid: string, graceSeconds: number): Promise<void> {
    await stopContainersOf(podUid, graceSeconds, this.rooms);
    await removeObjectsOf(podUid, this.rooms);
  }
}
