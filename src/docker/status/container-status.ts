import type { ContainerState, ContainerStatus } from '../../kube/index.js';
import { type ContainerReading, hasEnded, hasStartedUp, type PodReading, toEnd } from '../decide/index.js';
import type { ObservedContainer } from '../record/index.js';
import { toTerminated } from './terminated.js';

/** A complete v1.ContainerStatus around a state; everything but the state comes from what was observed. */
export function toContainerStatus(container: ContainerReading, state: ContainerState, pod: PodReading, ready: boolean): ContainerStatus {
  const { name, spec, standing, highestAttempt } = container;
  const attempt = standing.kind === 'absent' ? undefined : standing.attempt;
  return {
    name,
    image: spec.image ?? '',
    imageID: toImageId(attempt),
    containerID: attempt === undefined ? '' : `docker://${attempt.id}`,
    restartCount: Math.max(highestAttempt, 0),
    lastState: toLastState(container, state, pod),
    ready,
    started: state.running !== undefined && hasStartedUp(container),
    state,
  };
}

/** Only ever the attempt before the one in `state`; a waiting container that has ended is one attempt ahead of its end. */
function toLastState(container: ContainerReading, state: ContainerState, pod: PodReading): ContainerState {
  const { standing, attempts } = container;
  if (standing.kind === 'absent') return {};
  const isAhead = standing.kind === 'ended' && state.waiting !== undefined;
  const number = standing.attempt.attempt - (isAhead ? 0 : 1);
  const before = attempts.find((attempt) => attempt.attempt === number && hasEnded(attempt));
  if (before === undefined) return {};
  return { terminated: toTerminated(before, toEnd(before, pod.shared ? pod.sandbox : undefined)) };
}

/** Pullable by digest where the repository that the container names has it; else the engine's own id. As from dockershim. */
function toImageId(attempt: ObservedContainer | undefined): string {
  if (attempt === undefined || attempt.imageId === '') return '';
  if (attempt.repoDigest !== undefined) return `docker-pullable://${attempt.repoDigest}`;
  // Of a container that only the cluster remembers, it is as the cluster was told.
  return attempt.imageId.includes('://') ? attempt.imageId : `docker://${attempt.imageId}`;
}
