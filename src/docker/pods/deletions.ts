import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { sandboxName } from '../record/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { Tombstones } from './tombstones.js';

/**
 * Deletions from their first instant to their record on the engine. The caller never repeats a delete: it is on disk before the
 * engine is asked, and until the engine has it.
 */
export class Deletions {
  private readonly tombstones = new Tombstones();

  constructor(private readonly rooms: Rooms) {}

  /** A delete of this UID has come. @param wasHere whether there was a pod to delete */
  note(podUid: string, wasHere: boolean): void {
    this.tombstones.add(podUid, wasHere, this.rooms.clock.now());
  }

  /** Whether a delete of this UID has come in the last 15 minutes. */
  hasCome(podUid: string): boolean {
    return this.tombstones.has(podUid, this.rooms.clock.now());
  }

  /** Whether it was for a pod that was here. */
  wasHere(podUid: string): boolean {
    return this.tombstones.wasHere(podUid, this.rooms.clock.now());
  }

  /** Grace period of a delete that is written down and not carried out yet. */
  graceSecondsOf(podUid: string): number | undefined {
    const entry = this.rooms.journal.entries().find((one) => one.kind === 'delete' && one.podUid === podUid);
    return entry?.kind === 'delete' ? entry.graceSeconds : undefined;
  }

  /** From now on the pod is on its way out, whatever happens to us. */
  async begin(pod: ManagedPod, graceSeconds: number): Promise<void> {
    this.note(pod.uid, true);
    pod.beginDeletion(graceSeconds);
    const entry = await this.write(pod.uid, graceSeconds);
    if (await this.mark(pod)) await this.rooms.journal.done(entry);
    pod.worker.wake();
  }

  /** For a pod that may be on an engine nobody can ask now. */
  async postpone(podUid: string, graceSeconds: number): Promise<void> {
    this.note(podUid, true);
    await this.write(podUid, graceSeconds);
  }

  /** What was written while the engine was away, and what a plugin before us did not get to. */
  async carryOut(podOf: (podUid: string) => ManagedPod | undefined): Promise<void> {
    for (const entry of this.rooms.journal.entries()) {
      if (entry.kind !== 'delete') continue;
      this.note(entry.podUid, true);
      const pod = podOf(entry.podUid);
      pod?.beginDeletion(entry.graceSeconds);
      if (pod === undefined || (await this.mark(pod))) await this.rooms.journal.done(entry);
    }
  }

  private async write(podUid: string, graceSeconds: number): Promise<{ kind: 'delete'; podUid: string; graceSeconds: number; at: string }> {
    const entry = { kind: 'delete', podUid, graceSeconds, at: this.rooms.clock.now().toISOString() } as const;
    await this.rooms.journal.add(entry);
    return entry;
  }

  /** Renames the sandbox: the deletion's record on the engine, which survives everything. @returns whether it stands there */
  private async mark(pod: ManagedPod): Promise<boolean> {
    const sandbox = pod.observed.sandbox;
    try {
      if (sandbox !== undefined) await this.rooms.engine.renameContainer(sandbox.id, sandboxName(pod.record.pod, 'deleting'));
      return true;
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return true;
      pod.logger.warn('the deletion could not be marked on the engine yet', { reason: messageOf(error) });
      return false;
    }
  }
}
