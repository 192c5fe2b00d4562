import type { ContainerStatus } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';

/**
 * The statuses for an operator who wants readiness to matter: the virtual kubelet takes what runs as ready, so a container that
 * runs and is not ready is told as one that waits.
 */
export function withReadinessAsWaiting({ containers, initContainers }: ContainerStatuses): ContainerStatuses {
  return { containers: containers.map(asWaiting), initContainers };
}

function asWaiting(status: ContainerStatus): ContainerStatus {
  if (status.state?.running === undefined || status.ready) return status;
  const message = status.started === true ? 'the readiness probe of the container has not succeeded' : 'the container has not started up';
  return { ...status, state: { waiting: { reason: 'ContainerNotReady', message } } };
}
