import type { Pod } from '../../kube/index.js';
import type { ObservedContainer, ObservedPod } from '../record/index.js';
import { graceSecondsOf } from './decide-containers.js';
import { decideRest } from './decide-sandbox.js';
import { isRunning } from './engine-state.js';
import type { ContainerReading, PodReading } from './reading.js';
import { stopNext } from './stop-order.js';
import type { Grace, PodAction, PodEnding } from './types.js';

/** A deleted pod: everything that runs is stopped, then the pod goes. */
export function decideDeletion(pod: Pod, observed: ObservedPod, grace: Grace, now: Date): readonly PodAction[] {
  const stops = stopNext(pod, runningOf(observed), grace, now, 'the pod is being deleted');
  return stops.length > 0 ? stops : [{ kind: 'removePod' }];
}

/** A pod that the node ends stays on the engine until its delete comes, with its logs. */
export function decideEnding(pod: Pod, observed: ObservedPod, ending: PodEnding, now: Date): readonly PodAction[] {
  const stops = stopNext(pod, runningOf(observed), ending, now, ending.reason);
  return stops.length > 0 ? stops : decideRest(observed.sandbox);
}

function runningOf(observed: ObservedPod): readonly ObservedContainer[] {
  return [...observed.containers.values()].flat().filter(isRunning);
}

/** A pod that has come to its own end: its sidecars are stopped, and its sandbox. */
export function decideFinish(pod: PodReading): readonly PodAction[] {
  const running = [...pod.inits, ...pod.mains].flatMap(({ attempts }) => attempts.filter(isRunning));
  // By the engine's clock alone: what the others took is what lies between their ends.
  const since = latestEnd([...pod.mains, ...pod.inits.filter(({ isSidecar }) => !isSidecar)]);
  const now = latestEnd([...pod.mains, ...pod.inits]);
  const stops = stopNext(pod.pod, running, { graceSeconds: graceSecondsOf(pod), since }, now, 'the pod has ended');
  return stops.length > 0 ? stops : decideRest(pod.sandbox);
}

function latestEnd(containers: readonly ContainerReading[]): Date {
  return new Date(Math.max(0, ...containers.map(({ standing }) => (standing.kind === 'ended' ? standing.end.finishedAt.getTime() : 0))));
}
