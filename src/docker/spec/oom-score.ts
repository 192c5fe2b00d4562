import { type Container, type Pod, qosClass, shareOf } from '../../kube/index.js';
import type { EngineAbilities } from '../node/index.js';

const GUARANTEED = -997;
const BEST_EFFORT = 1000;
/** Between the two, so that no other pod is ended before one of best effort or after a guaranteed one. */
const LEAST_BURSTABLE = BEST_EFFORT + GUARANTEED;
const MOST_BURSTABLE = BEST_EFFORT - 1;
const SANDBOX = -998;

/**
 * Who is ended first when the machine runs out of memory, as on a kubelet: by the pod's quality of service, and for what it asks
 * for in between. An engine that may not protect anybody gives a guaranteed pod the score of any other process.
 */
export function toOomScore(pod: Pod, container: Container, abilities: EngineAbilities): number {
  switch (qosClass(pod)) {
    case 'Guaranteed':
      return abilities.negativeOomScores ? GUARANTEED : 0;
    case 'BestEffort':
      return BEST_EFFORT;
    case 'Burstable':
      return toBurstable(shareOf(pod, container, 'memory'), abilities.memoryBytes);
  }
}

/** Of the sandbox, which holds the pod's namespaces. */
export function sandboxOomScore({ negativeOomScores }: EngineAbilities): number {
  return negativeOomScores ? SANDBOX : 0;
}

/** The more of the machine it asked for, the later it goes. */
function toBurstable(requestBytes: number, capacityBytes: number): number {
  const score = BEST_EFFORT - Math.floor((BEST_EFFORT * requestBytes) / Math.max(capacityBytes, 1));
  return Math.min(Math.max(score, LEAST_BURSTABLE), MOST_BURSTABLE);
}
