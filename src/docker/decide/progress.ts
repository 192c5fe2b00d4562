import type { ObservedPod } from '../record/index.js';
import { hasStartedUp } from './health.js';
import { type ContainerReading, type PodReading, readPod } from './reading.js';
import { afterExit } from './restart-rules.js';
import type { Circumstances, DesiredPod } from './types.js';

/** How far a pod's init containers are. */
export type Initialisation =
  | { readonly kind: 'done' }
  /** One of them has its turn: it runs, or is to be started. */
  | { readonly kind: 'pending'; readonly index: number; readonly init: ContainerReading }
  /** One of them failed and is not tried again: no main container ever starts. */
  | { readonly kind: 'failed'; readonly index: number; readonly init: ContainerReading };

/** Whether a main container has ended for good. */
export function isOver({ standing, spec }: ContainerReading, { restartPolicy }: PodReading): boolean {
  return standing.kind === 'ended' && !standing.ofEraBefore && afterExit(spec, restartPolicy, standing.end.exitCode) === 'stays';
}

/**
 * Init containers run one after the other; of a sidecar the next one only waits for its start. A later container is the proof
 * that the earlier ones succeeded: their dead attempts may have been pruned. After a change of sandbox the kubelet begins
 * again from the first one where the pod may restart; under Never nothing that ran once runs again, so what was done stays
 * done, and what never ran still runs. (The kubelet gives such a pod up; what has not run would then wait for ever in the
 * cluster's eyes.)
 */
export function initialisationOf(pod: PodReading): Initialisation {
  const { inits, mains, restartPolicy } = pod;
  if (mains.every((main) => isOver(main, pod))) return { kind: 'done' };
  const counts = ({ standing }: ContainerReading): boolean =>
    standing.kind !== 'absent' && !standing.ofEraBefore && (restartPolicy === 'Never' || !standing.fromBefore);
  if (mains.some(counts)) return { kind: 'done' };
  const latest = inits.findLastIndex(counts);
  const init = inits[latest];
  if (init === undefined) return turnOf(inits, 0);
  if (isDone(init)) return turnOf(inits, latest + 1);
  return hasFailed(init, pod) ? { kind: 'failed', index: latest, init } : { kind: 'pending', index: latest, init };
}

function turnOf(inits: readonly ContainerReading[], index: number): Initialisation {
  const init = inits[index];
  return init === undefined ? { kind: 'done' } : { kind: 'pending', index, init };
}

function isDone(init: ContainerReading): boolean {
  if (init.isSidecar) return hasStartedUp(init);
  return init.standing.kind === 'ended' && init.standing.end.exitCode === 0;
}

function hasFailed(init: ContainerReading, { restartPolicy }: PodReading): boolean {
  return !init.isSidecar && init.standing.kind === 'ended' && afterExit(init.spec, restartPolicy, init.standing.end.exitCode) === 'stays';
}

/** Sidecars that had their turn: as long as the pod lives they are kept running, whatever its restart policy. */
export function keptSidecars({ inits }: PodReading, initialisation: Initialisation): readonly ContainerReading[] {
  const upTo = initialisation.kind === 'done' ? inits.length : initialisation.index;
  return inits.slice(0, upTo).filter(({ isSidecar }) => isSidecar);
}

/** Whether nothing of the pod will ever be started again: all main containers are over, or initialisation failed. */
export function isAtItsEnd(pod: PodReading): boolean {
  return pod.mains.every((main) => isOver(main, pod)) || initialisationOf(pod).kind === 'failed';
}

/** Whether the pod has run its course: nothing of it runs, or will ever be started again. A deletion does not make it so. */
export function isFinished(desired: DesiredPod, observed: ObservedPod, circumstances: Pick<Circumstances, 'ended' | 'health'>): boolean {
  const pod = readPod(desired.pod, observed, circumstances);
  const isRunning = [...pod.inits, ...pod.mains].some(({ standing }) => standing.kind === 'running');
  return !isRunning && (isAtItsEnd(pod) || desired.ending !== undefined);
}
