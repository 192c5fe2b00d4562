import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { PendingDelete } from '../journal/index.js';
import { sandboxName } from '../record/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { Tombstones } from './tombstones.js';

/** The Kubernetes API's, where a pod names none. */
export const DEFAULT_GRACE_SECONDS = 30;

/** A deletion that has come and not ended. */
export interface PendingDeletion {
  readonly podUid: string;
  readonly since: Date;
}

/**
 * Deletions from their first instant to their end. The caller never repeats a delete: it is on disk before the engine is asked
 * for its mark, and until nothing of the pod is left.
 */
export class Deletions {
  private readonly tombstones = new Tombstones();
  /** By pod UID; each resolves when its entry is struck out. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly rooms: Rooms) {}

  /** A delete of this UID has come. @param wasHere whether there was a pod to delete */
  note(podUid: string, wasHere: boolean): void {
    this.tombstones.add(podUid, wasHere, this.rooms.clock.now());
  }

  /** Whether a delete of this UID has come in the last 15 minutes, or has not ended yet. */
  hasCome(podUid: string): boolean {
    return this.tombstones.has(podUid, this.rooms.clock.now()) || this.graceSecondsOf(podUid) !== undefined;
  }

  /** Whether it was for a pod that was here. */
  wasHere(podUid: string): boolean {
    return this.tombstones.wasHere(podUid, this.rooms.clock.now());
  }

  /** Those that have not ended, of pods that are looked after or not. */
  pending(pods: Iterable<ManagedPod>): readonly PendingDeletion[] {
    const since = new Map(this.entries().map(({ podUid, at }) => [podUid, new Date(at)]));
    // Of a pod whose mark was found on the engine nothing is written down here.
    for (const { uid, desired } of pods) if (desired.deletion !== undefined && !since.has(uid)) since.set(uid, desired.deletion.since);
    return [...since].map(([podUid, at]) => ({ podUid, since: at }));
  }

  /** Grace period of a delete that is written down and has not ended yet. */
  graceSecondsOf(podUid: string): number | undefined {
    return this.entries().find((entry) => entry.podUid === podUid)?.graceSeconds;
  }

  /** Resolves when the deletion of this UID, if one is under way, has ended. */
  async settled(podUid: string): Promise<void> {
    await this.underWay.get(podUid);
  }

  /** Writes a delete down: from now on it is owned, whatever happens to us. */
  async write(podUid: string, graceSeconds: number): Promise<PendingDelete> {
    this.note(podUid, true);
    const entry = { kind: 'delete', podUid, graceSeconds, at: this.rooms.clock.now().toISOString() } as const;
    await this.rooms.journal.add(entry);
    return entry;
  }

  /** Sets a pod on its way out. `settled` tells the end. */
  async begin(pod: ManagedPod, entry: PendingDelete): Promise<void> {
    pod.beginDeletion(entry.graceSeconds);
    await this.mark(pod);
    this.strikeOutAfter(entry, pod.gone);
    pod.worker.wake();
  }

  /**
   * What was written while the engine was away, and what a plugin before us did not get to.
   * @param removeUnmanaged stops and removes what the engine has of a UID without a readable record
   */
  async carryOut(podOf: (podUid: string) => ManagedPod | undefined, removeUnmanaged: (podUid: string, graceSeconds: number) => Promise<void>): Promise<void> {
    for (const entry of this.entries()) {
      this.note(entry.podUid, true);
      const pod = podOf(entry.podUid);
      pod?.beginDeletion(entry.graceSeconds);
      if (pod !== undefined) await this.mark(pod);
      if (!this.underWay.has(entry.podUid)) this.strikeOutAfter(entry, pod?.gone ?? removeUnmanaged(entry.podUid, entry.graceSeconds));
    }
  }

  private entries(): readonly PendingDelete[] {
    return this.rooms.journal.entries().filter((entry) => entry.kind === 'delete');
  }

  /** Strikes the entry out when the removal has ended. */
  strikeOutAfter(entry: PendingDelete, end: Promise<void>): void {
    const ended = end
      .then(() => this.rooms.journal.done(entry))
      .catch((error: unknown) => this.rooms.logger.warn('a deletion has not ended; it is taken up at the next connect', { podUid: entry.podUid, reason: messageOf(error) }))
      .finally(() => this.underWay.delete(entry.podUid));
    this.underWay.set(entry.podUid, ended);
  }

  /** Renames the sandbox: the deletion's mark on the engine, which survives even the loss of our disk. */
  private async mark(pod: ManagedPod): Promise<void> {
    const sandbox = pod.observed.sandbox;
    try {
      if (sandbox !== undefined) await this.rooms.engine.renameContainer(sandbox.id, sandboxName(pod.record.pod, 'deleting'));
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) pod.logger.warn('the deletion could not be marked on the engine yet', { reason: messageOf(error) });
    }
  }
}
