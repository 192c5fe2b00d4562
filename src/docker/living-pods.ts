import type { LivingPod } from '../provider/index.js';
import type { Pods, Rooms } from './pods/index.js';
import type { ObservedPod } from './record/index.js';

/** Pods that stand in the way of taking the node out of service, by name. From memory. */
export function livingPods(pods: Pods, { cache }: Rooms): readonly LivingPod[] {
  const living = [...pods.knownUids()].flatMap((uid) => livingPod(uid, pods, cache.get(uid)) ?? []);
  return living.sort((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`));
}

function livingPod(uid: string, pods: Pods, observed: ObservedPod | undefined): LivingPod | undefined {
  const managed = pods.get(uid);
  if (managed === undefined) return pods.isCreating(uid) ? nameless(uid, 'creating') : isRunning(observed) ? nameless(uid, 'unknown') : undefined;
  const { isFinished, isDeleting, isLeaving, record, worker } = managed;
  // Of one whose start call is under way nothing runs yet.
  if (isFinished && !isDeleting && !isRunning(observed) && !worker.isBusy) return undefined;
  const { namespace, name } = record.pod.metadata;
  return { namespace, name, uid, state: isDeleting ? 'deleting' : isLeaving ? 'evicted' : 'running' };
}

/** Of a pod without a record nothing else is known. */
function nameless(uid: string, state: LivingPod['state']): LivingPod {
  return { namespace: '', name: '', uid, state };
}

/** Its sandbox counts: it goes last. */
function isRunning(observed: ObservedPod | undefined): boolean {
  const containers = observed === undefined ? [] : [...observed.containers.values()].flat();
  return [...containers, observed?.sandbox].some((container) => container?.state === 'running' || container?.state === 'paused');
}
