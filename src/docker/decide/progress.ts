import type { ObservedPod } from '../record/index.js';
import { type ContainerReading, type PodReading, readPod, type RestartPolicy } from './reading.js';
import type { Circumstances, DesiredPod } from './types.js';

/** How far a pod's init containers are. */
export type Initialisation =
  | { readonly kind: 'done' }
  /** One of them has its turn: it runs, or is to be started. */
  | { readonly kind: 'pending'; readonly index: number; readonly init: ContainerReading }
  /** One of them failed and is not tried again: no main container ever starts. */
  | { readonly kind: 'failed'; readonly index: number; readonly init: ContainerReading };

/** Whether a container that ended with this code is started again. */
export function isRestarted(policy: RestartPolicy, exitCode: number): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether a main container has ended for good. */
export function isOver({ standing }: ContainerReading, policy: RestartPolicy): boolean {
  return standing.kind === 'ended' && !isRestarted(policy, standing.end.exitCode);
}

/**
 * Init containers run one after the other. A later container is the proof that the earlier ones succeeded: their dead
 * attempts may have been pruned. After a change of sandbox the kubelet begins again from the first one where the pod may
 * restart; under Never nothing that ran once runs again, so what was done stays done, and what never ran still runs.
 * (The kubelet gives such a pod up; what has not run would then wait for ever in the cluster's eyes.)
 */
export function initialisationOf(pod: PodReading): Initialisation {
  const { inits, mains, restartPolicy } = pod;
  if (mains.every((main) => isOver(main, restartPolicy))) return { kind: 'done' };
  const counts = ({ standing }: ContainerReading): boolean => standing.kind !== 'absent' && (restartPolicy === 'Never' || !standing.fromBefore);
  if (mains.some(counts)) return { kind: 'done' };
  const latest = inits.findLastIndex(counts);
  const init = inits[latest];
  if (init?.standing.kind === 'ended') {
    if (init.standing.end.exitCode === 0) return turnOf(inits, latest + 1);
    if (restartPolicy === 'Never') return { kind: 'failed', index: latest, init };
  }
  return turnOf(inits, Math.max(latest, 0));
}

function turnOf(inits: readonly ContainerReading[], index: number): Initialisation {
  const init = inits[index];
  return init === undefined ? { kind: 'done' } : { kind: 'pending', index, init };
}

/** Whether nothing of the pod will ever be started again: all main containers are over, or initialisation failed. */
export function isAtItsEnd(pod: PodReading): boolean {
  return pod.mains.every((main) => isOver(main, pod.restartPolicy)) || initialisationOf(pod).kind === 'failed';
}

/** Whether the pod has run its course: nothing of it will ever be started again. A deletion does not make it so. */
export function isFinished(desired: DesiredPod, observed: ObservedPod, circumstances: Pick<Circumstances, 'ended'>): boolean {
  const pod = readPod(desired.pod, observed, circumstances.ended);
  const isRunning = pod.mains.some(({ standing }) => standing.kind === 'running');
  return isAtItsEnd(pod) || (desired.ending !== undefined && !isRunning);
}
