import type { ObservedContainer, ObservedPod } from '../record/index.js';
import { initialisationOf, isAtItsEnd, isOver, keptSidecars } from './progress.js';
import { type ContainerReading, type PodReading, readPod } from './reading.js';
import { startGateOf } from './start-gate.js';
import type { Circumstances, DesiredPod } from './types.js';

/** The ended attempts whose next one waits for its back-off: what a kubelet says `BackOff` of. */
export function waitedForAfter(desired: DesiredPod, observed: ObservedPod, circumstances: Circumstances, now: Date): readonly ObservedContainer[] {
  if (desired.deletion !== undefined || desired.ending !== undefined) return [];
  const pod = readPod(desired.pod, observed, circumstances);
  if (isAtItsEnd(pod)) return [];
  return dueContainers(pod).flatMap((container) => {
    const { standing } = container;
    if (standing.kind !== 'ended' || startGateOf(container, circumstances, now).kind !== 'backOff') return [];
    return [standing.attempt];
  });
}

function dueContainers(pod: PodReading): readonly ContainerReading[] {
  const initialisation = initialisationOf(pod);
  const due = initialisation.kind === 'done' ? pod.mains.filter((main) => !isOver(main, pod)) : [initialisation.init];
  return [...keptSidecars(pod, initialisation), ...due];
}
