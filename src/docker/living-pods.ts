import type { LivingPod } from '../provider/index.js';
import type { Pods, Rooms } from './pods/index.js';
import { type ObservedContainer, type ObservedPod, parseContainerName } from './record/index.js';

/** Pods that stand in the way of taking the node out of service, by name. From memory. */
export function livingPods(pods: Pods, { cache }: Rooms): readonly LivingPod[] {
  const living = [...pods.knownUids()].flatMap((uid) => livingPod(uid, pods, cache.get(uid)) ?? []);
  return living.sort((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`));
}

function livingPod(uid: string, pods: Pods, observed: ObservedPod | undefined): LivingPod | undefined {
  const managed = pods.get(uid);
  if (managed === undefined) return pods.isCreating(uid) ? nameless(uid, 'creating') : observed !== undefined && isOwnRunning(uid, observed) ? nameless(uid, 'unknown') : undefined;
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

/** Without what somebody has made of an image of a pod's container: its labels are those of the pod, but it has no name of ours. */
function isOwnRunning(uid: string, observed: ObservedPod): boolean {
  const isNamed = ({ engineName, name }: ObservedContainer): boolean => {
    const parsed = parseContainerName(engineName);
    return parsed?.podUid === uid && parsed.container === name;
  };
  const sandbox = [observed.sandbox].find((one) => one !== undefined && isNamed(one));
  const own = [...observed.containers.values()].flat().filter((container) => isNamed(container) || (sandbox !== undefined && container.sandboxId === sandbox.id));
  return [...own, sandbox].some(isUp);
}

/** Its sandbox counts: it goes last. */
function isRunning(observed: ObservedPod | undefined): boolean {
  const containers = observed === undefined ? [] : [...observed.containers.values()].flat();
  return [...containers, observed?.sandbox].some(isUp);
}

function isUp(container: ObservedContainer | undefined): boolean {
  return container?.state === 'running' || container?.state === 'paused';
}
