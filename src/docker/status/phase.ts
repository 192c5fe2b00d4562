import { nativeSidecars, type Pod, type PodPhase } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';

/**
 * A pod's phase by its containers, with the kubelet's rules: Pending until every container has run once, then Running until
 * all have ended for good, the sidecars too; how those ended does not matter.
 * @param statuses as `toPodStatus` makes them: a container that will be restarted is waiting
 */
export function podPhaseOf(pod: Pod, { containers, initContainers }: ContainerStatuses): PodPhase {
  const states = containers.map(({ state, lastState }) => ({ ...state, hasRun: lastState?.terminated !== undefined }));
  if (states.every(({ terminated }) => terminated !== undefined)) {
    if (initContainers.some(({ state }) => state?.running !== undefined)) return 'Running';
    return states.every(({ terminated }) => terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
  }
  const sidecars = new Set(nativeSidecars(pod).map(({ name }) => name));
  const initialised = initContainers.every(({ name, state, lastState }) =>
    sidecars.has(name) ? state?.running !== undefined || lastState?.terminated !== undefined : state?.terminated?.exitCode === 0,
  );
  if (!initialised || states.some(({ waiting, hasRun }) => waiting !== undefined && !hasRun)) return 'Pending';
  return 'Running';
}
