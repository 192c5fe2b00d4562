import type { ContainerState, ContainerStatus, Pod } from '../../kube/index.js';
import { allContainers } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';

/** Of all messages of ended containers in a pod's status, in bytes. @see kubelet, MaxPodTerminationMessageLogLength */
const LONGEST_IN_ALL = 12 * 1024;

/** Cuts the messages of ended containers to what a pod's status may hold of them: each container has the same part of it. */
export function trimMessages(pod: Pod, { containers, initContainers }: ContainerStatuses): ContainerStatuses {
  const longest = Math.floor(LONGEST_IN_ALL / allContainers(pod).length);
  const trim = (status: ContainerStatus): ContainerStatus => ({ ...status, ...(status.state && { state: trimState(status.state, longest) }), ...(status.lastState && { lastState: trimState(status.lastState, longest) }) });
  return { containers: containers.map(trim), initContainers: initContainers.map(trim) };
}

function trimState(state: ContainerState, longest: number): ContainerState {
  const { terminated } = state;
  const bytes = Buffer.from(terminated?.message ?? '');
  if (terminated === undefined || bytes.length <= longest) return state;
  // A character that the cut goes through is dropped.
  return { terminated: { ...terminated, message: bytes.subarray(0, longest).toString().replace(/\uFFFD+$/, '') } };
}
