import type { ObservedPod } from '../record/index.js';
import { graceSecondsOf } from './decide-containers.js';
import { initialisationOf, isAtItsEnd } from './progress.js';
import { type PodReading, readPod } from './reading.js';
import type { Circumstances, DesiredPod, PodAction, PodEnding } from './types.js';

/**
 * That a pod is past its deadline, unless it came to its own end before. What ended after it was stopped for it, also where
 * no plugin was there to see that: so this needs no memory.
 * @see kubelet, activeDeadlineHandler
 */
export function endingByDeadline(desired: DesiredPod, observed: ObservedPod, circumstances: Pick<Circumstances, 'ended' | 'health'>, now: Date): PodEnding | undefined {
  const { deadline } = desired;
  if (deadline === undefined || now < deadline) return undefined;
  const pod = readPod(desired.pod, observed, circumstances);
  if (isAtItsEnd(pod) && decisiveEnd(pod) < deadline) return undefined;
  const message = 'Pod was active on the node longer than the specified deadline';
  return { reason: 'DeadlineExceeded', message, graceSeconds: graceSecondsOf(pod), at: deadline, since: now };
}

/** Of a pod that is at its end. */
function decisiveEnd(pod: PodReading): Date {
  const initialisation = initialisationOf(pod);
  const ends = initialisation.kind === 'failed' ? [initialisation.init] : pod.mains;
  return new Date(Math.max(...ends.map(({ standing }) => (standing.kind === 'ended' ? standing.end.finishedAt.getTime() : 0))));
}

/** The deadline of a pod that lives is waited for. */
export function awaitDeadline({ deadline }: DesiredPod, pod: PodReading, now: Date): readonly PodAction[] {
  return deadline === undefined || deadline <= now || isAtItsEnd(pod) ? [] : [{ kind: 'wait', until: deadline }];
}
