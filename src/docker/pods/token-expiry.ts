import type { Clock } from '../../clock.js';
import type { ManagedPod } from './managed-pod.js';

/** The last part of a token's life, in which a kubelet would have renewed it. */
const LAST_PART = 0.2;
const LONGEST_NOTICE_MS = 60 * 60_000;

/**
 * Tells before it happens that a service account token of the pod ends: interLink sends no other one. What is known of it is on
 * record, so a plugin that starts again tells it as well, of a token that has ended meanwhile too.
 * @returns calls it off
 */
export function watchTokens(pod: ManagedPod, clock: Clock): () => void {
  const { acceptedAt } = pod.record;
  const callOffs = [...tokenEnds(pod)].map(([volume, end]) => clock.at(noticeOf(end, new Date(acceptedAt)), () => tell(pod, volume, end, clock)));
  return () => callOffs.forEach((callOff) => callOff());
}

/** When the service account token in each of its volumes ends, by the volume's name. */
export function tokenEnds({ record }: ManagedPod): ReadonlyMap<string, Date> {
  return new Map(record.volumes.flatMap((volume) => ('tokenExpiresAt' in volume && volume.tokenExpiresAt !== undefined ? [[volume.name, new Date(volume.tokenExpiresAt)]] : [])));
}

function noticeOf(end: Date, acceptedAt: Date): Date {
  const lifeMs = Math.max(end.getTime() - acceptedAt.getTime(), 0);
  return new Date(end.getTime() - Math.min(lifeMs * LAST_PART, LONGEST_NOTICE_MS));
}

function tell(pod: ManagedPod, volume: string, end: Date, clock: Clock): void {
  if (pod.isDeleting) return;
  const word = end > clock.now() ? 'ends' : 'has ended';
  pod.addEvent('Warning', 'TokenExpiring', `The service account token in the volume ${volume} ${word} at ${end.toISOString()}; interLink does not renew it`);
}
