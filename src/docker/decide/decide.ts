import type { ObservedPod } from '../record/index.js';
import { awaitDeadline } from './deadline.js';
import { decideContainers } from './decide-containers.js';
import { decideDeletion, decideEnding, decideFinish } from './decide-ending.js';
import { stopBeforeRestartOfAll } from './decide-restart-all.js';
import { decideRemovals } from './decide-removals.js';
import { beforeJoining, decideRecord, stopStranded } from './decide-sandbox.js';
import { isAtItsEnd } from './progress.js';
import { type PodReading, readPod } from './reading.js';
import type { Circumstances, DesiredPod, PodAction } from './types.js';
import { withEarliestWait } from './wait.js';

/**
 * Next actions towards `desired`; empty means nothing to do. They are independent and run side by side; then the pod is
 * observed and decided again. At most one of them is a `wait`: nothing becomes due before it. Pure: `now` is an argument.
 * @see Kubernetes, kubelet computePodActions
 */
export function decide(desired: DesiredPod, observed: ObservedPod, circumstances: Circumstances, now: Date): readonly PodAction[] {
  if (desired.deletion !== undefined) return decideDeletion(desired.pod, observed, desired.deletion, now);
  if (desired.ending !== undefined) return decideEnding(desired.pod, observed, desired.ending, now);
  const pod = readPod(desired.pod, observed, circumstances);
  const observedIds = new Set([...observed.containers.values()].flat().map(({ id }) => id));
  const removals = decideRemovals(pod, ({ id }) => observedIds.has(id));
  return withEarliestWait([...removals, ...decideSteps(pod, circumstances, now), ...awaitDeadline(desired, pod, now)]);
}

function decideSteps(pod: PodReading, circumstances: Circumstances, now: Date): readonly PodAction[] {
  const record = decideRecord(pod, circumstances, now);
  if (record !== undefined) return record;
  if (isAtItsEnd(pod)) return decideFinish(pod);
  const stranded = stopStranded(pod);
  if (stranded.length > 0) return stranded;
  const superseded = stopBeforeRestartOfAll(pod);
  if (superseded.length > 0) return superseded;
  return beforeJoining(pod, decideContainers(pod, circumstances, now), circumstances, now);
}
