import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { DELETES_KEPT_MS, Tombstones } from '../../provider/index.js';
import type { PendingDelete } from '../journal/index.js';
import { sandboxName } from '../record/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { BackOff } from './back-off.js';

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

  /** By pod UID: those whose mark the engine has. */
  private readonly marked = new Set<string>();

  constructor(private readonly rooms: Rooms) {
    for (const entry of rooms.journal.entries()) {
      if (entry.kind === 'deleted') this.tombstones.add(entry.podUid, entry.wasHere, new Date(entry.at));
    }
  }

  /** A delete has come for a UID that nobody has heard of; its create may be on the way. Resolves when that is on record. */
  async noteUnknown(podUid: string): Promise<void> {
    this.note(podUid, false);
    await this.rooms.journal.add({ kind: 'deleted', podUid, wasHere: false, at: this.rooms.clock.now().toISOString() });
  }

  /** The mark of a deletion was found on the engine. */
  noteMarked(podUid: string): void {
    this.note(podUid, true);
    this.marked.add(podUid);
  }

  /** Whether a deletion outlives this process: by the engine's mark, or on disk. */
  isDurable(podUid: string): boolean {
    return this.rooms.journal.isDurable || this.marked.has(podUid);
  }

  /** Strikes out what a late create need not be refused for any more. */
  async tidy(): Promise<void> {
    const before = new Date(this.rooms.clock.now().getTime() - DELETES_KEPT_MS).toISOString();
    for (const entry of this.rooms.journal.entries()) if (entry.kind === 'deleted' && entry.at < before) await this.rooms.journal.done(entry);
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
      .then(() => this.strikeOut(entry))
      .catch((error: unknown) => this.rooms.logger.warn('a deletion has not ended; it is taken up at the next connect', { podUid: entry.podUid, reason: messageOf(error) }))
      .finally(() => this.underWay.delete(entry.podUid));
    this.underWay.set(entry.podUid, ended);
  }

  private async strikeOut({ podUid, at }: PendingDelete): Promise<void> {
    this.marked.delete(podUid);
    this.note(podUid, true);
    // A delete that came again meanwhile is still to be carried out.
    if (this.entries().some((entry) => entry.podUid === podUid && entry.at > at)) return;
    await this.rooms.journal.add({ kind: 'deleted', podUid, wasHere: true, at: this.rooms.clock.now().toISOString() });
  }

  private note(podUid: string, wasHere: boolean): void {
    this.tombstones.add(podUid, wasHere, this.rooms.clock.now());
  }

  /** Renames the sandbox: the deletion's mark on the engine, which survives even the loss of our disk. Tried until the engine has it. */
  private async mark(pod: ManagedPod, retries = new BackOff()): Promise<void> {
    const { sandbox } = pod.observed;
    if (sandbox === undefined || pod.isGone || pod.worker.isRetired) return;
    try {
      await this.rooms.engine.renameContainer(sandbox.id, sandboxName(pod.record.pod, 'deleting'));
      this.marked.add(pod.uid);
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return;
      const { clock } = this.rooms;
      clock.at(retries.failed(error, 'the deletion could not be marked on the engine yet', { clock, logger: pod.logger }), () => void this.mark(pod, retries));
    }
  }
}
