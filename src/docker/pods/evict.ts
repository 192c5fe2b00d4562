import type { Evicted, Journal } from '../journal/index.js';
import { DEFAULT_GRACE_SECONDS } from './deletions.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/**
 * Ends a pod for good, as this node's own decision. That is on disk before anything of it is stopped: a plugin after this one would
 * start it again.
 */
export async function evict(pod: ManagedPod, message: string, { journal, clock }: Rooms, graceSeconds = ownGraceSeconds(pod)): Promise<void> {
  if (pod.isLeaving) return;
  const at = clock.now();
  await journal.add({ kind: 'evicted', podUid: pod.uid, message, graceSeconds, at: at.toISOString() });
  pod.end({ reason: 'Evicted', message, graceSeconds, at, since: at });
}

/** A pod that was taken over goes on being evicted, if it was. */
export function resumeEviction(pod: ManagedPod, { journal, clock }: Rooms): void {
  const entry = evictionOf(pod.uid, journal);
  if (entry === undefined) return;
  const { message, graceSeconds, at } = entry;
  pod.end({ reason: 'Evicted', message, graceSeconds, at: new Date(at), since: clock.now() });
}

/** Nothing is left of the pod. */
export async function forgetEviction(podUid: string, journal: Journal): Promise<void> {
  const entry = evictionOf(podUid, journal);
  if (entry !== undefined) await journal.done(entry);
}

/** Strikes out evictions of pods of which the engine has nothing any more. */
export async function tidyEvictions(isKnownPod: (podUid: string) => boolean, journal: Journal): Promise<void> {
  for (const entry of journal.entries()) if (entry.kind === 'evicted' && !isKnownPod(entry.podUid)) await journal.done(entry);
}

function evictionOf(podUid: string, journal: Journal): Evicted | undefined {
  return journal.entries().find((entry): entry is Evicted => entry.kind === 'evicted' && entry.podUid === podUid);
}

function ownGraceSeconds({ record }: ManagedPod): number {
  return record.pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
}
