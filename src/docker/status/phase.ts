import type { PodPhase } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';

/**
 * A pod's phase by its containers, with the kubelet's rules: Pending until every container has run once, then Running until
 * all have ended for good.
 * @param statuses as `toPodStatus` makes them: a container that will be restarted is waiting
 */
export function podPhaseOf({ containers, initContainers }: ContainerStatuses): PodPhase {
  const states = containers.map(({ state, lastState }) => ({ ...state, hasRun: lastState?.terminated !== undefined }));
  if (states.every(({ terminated }) => terminated !== undefined)) {
    return states.every(({ terminated }) => terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
  }
  const initialised = initContainers.every(({ state }) => state?.terminated?.exitCode === 0);
  if (!initialised || states.some(({ waiting, hasRun }) => waiting !== undefined && !hasRun)) return 'Pending';
  return 'Running';
}
