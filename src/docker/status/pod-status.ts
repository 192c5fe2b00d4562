import type { ContainerState, ContainerStatus, Pod } from '../../kube/index.js';
import { type Circumstances, type ContainerReading, type DesiredPod, initialisationOf, isReady, readPod } from '../decide/index.js';
import type { ObservedPod } from '../record/index.js';
import { toContainerStatus } from './container-status.js';
import { trimMessages } from './trim-messages.js';
import { initState, mainState, sidecarState, type StatusInput } from './states.js';

export interface PodStatusInput {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly circumstances: Circumstances;
  readonly deletion?: DesiredPod['deletion'];
  readonly ending?: DesiredPod['ending'];
  readonly now: Date;
}

export interface ContainerStatuses {
  readonly containers: ContainerStatus[];
  readonly initContainers: ContainerStatus[];
}

/**
 * Status of every container of a pod, each time all of them, in the order of the spec. Pure.
 * @see kubelet convertToAPIContainerStatuses; design of the wire: what the virtual kubelet makes of it
 */
export function toPodStatus({ pod, observed, circumstances, deletion, ending, now }: PodStatusInput): ContainerStatuses {
  const reading = readPod(pod, observed, circumstances);
  const input: StatusInput = { pod: reading, initialisation: initialisationOf(reading), circumstances, isDeleting: deletion !== undefined, ...(ending && { ending }), now };
  return trimMessages(pod, {
    containers: reading.mains.map((main) => {
      const state = mainState(main, input);
      return toContainerStatus(main, state, reading, isUp(main, state));
    }),
    initContainers: reading.inits.map((init, index) => {
      const state = init.isSidecar ? sidecarState(init, index, input) : initState(init, index, input);
      return toContainerStatus(init, state, reading, init.isSidecar ? isUp(init, state) : isDone(state));
    }),
  });
}

function isUp(container: ContainerReading, state: ContainerState): boolean {
  return state.running !== undefined && isReady(container);
}

/** The kubelet calls an init container ready when it has done its work. */
function isDone(state: ContainerState): boolean {
  return state.terminated?.exitCode === 0;
}
