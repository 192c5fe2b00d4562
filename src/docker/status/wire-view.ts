import { type ContainerState, type ContainerStatus, MESH_HELPER, nativeSidecars, type Pod } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';

type Terminated = NonNullable<ContainerState['terminated']>;
type Waiting = NonNullable<ContainerState['waiting']>;

/**
 * The statuses as the virtual kubelet must be given them, which knows no sidecars: one that runs would read as an init
 * container that has not ended, one that failed would fail the pod, and one that waits would be shown for ever, as nothing
 * replaces its entry once it runs. So sidecars are left out until the pod has ended, and then have succeeded. As all
 * terminated is final, the main container that ended last runs on until the sidecars are stopped. The helper of a pod's mesh is none of
 * its containers.
 */
export function toWireView(pod: Pod, statuses: ContainerStatuses): ContainerStatuses {
  const { containers, initContainers } = withoutSidecars(pod, statuses);
  return { containers, initContainers: initContainers.filter(({ name }) => name !== MESH_HELPER) };
}

function withoutSidecars(pod: Pod, { containers, initContainers }: ContainerStatuses): ContainerStatuses {
  const names = new Set(nativeSidecars(pod).map(({ name }) => name));
  if (names.size === 0) return { containers, initContainers };
  const sidecars = initContainers.filter(({ name }) => names.has(name));
  const others = initContainers.filter(({ name }) => !names.has(name));
  const allEnded = containers.every(({ state }) => state?.terminated !== undefined);
  if (!allEnded) return { containers: withReasonOf(sidecars, containers), initContainers: others };
  if (initContainers.some(({ state }) => state?.running !== undefined)) return { containers: withoutTheLastEnd(containers), initContainers: others };
  return { containers, initContainers: initContainers.map((status) => (names.has(status.name) ? asSucceeded(status) : status)) };
}

/** What keeps a sidecar from its first start, or a pod's mesh from coming up, is told by the containers that wait for it. */
function withReasonOf(sidecars: readonly ContainerStatus[], containers: ContainerStatus[]): ContainerStatus[] {
  const [why] = sidecars.flatMap((status) => whyHeld(status) ?? []);
  if (why === undefined) return containers;
  return containers.map((status) => {
    const waiting = status.state?.waiting;
    return waiting === undefined || waiting.message !== undefined ? status : { ...status, state: { waiting: { ...waiting, message: why } } };
  });
}

function whyHeld({ name, ready, state, lastState }: ContainerStatus): string | undefined {
  const { reason = '', message }: Waiting = state?.waiting ?? {};
  const last = lastState?.terminated;
  const waits = message === undefined ? [] : [`${reason}: ${message}`];
  if (name !== MESH_HELPER) return last === undefined && message !== undefined ? `sidecar ${name}: ${reason}: ${message}` : undefined;
  const ended = last === undefined ? [] : [`it ended with exit code ${last.exitCode}${last.message === undefined ? '' : `: ${last.message}`}`];
  return ready || waits.length + ended.length === 0 ? undefined : `the network of the pod is not connected with its cluster: ${[...ended, ...waits].join('; ')}`;
}

function withoutTheLastEnd(containers: ContainerStatus[]): ContainerStatus[] {
  const endOf = ({ state }: ContainerStatus): string => state?.terminated?.finishedAt ?? '';
  const last = [...containers].sort((a, b) => endOf(a).localeCompare(endOf(b))).at(-1);
  return containers.map((status) => (status === last ? asGoingOn(status) : status));
}

function asGoingOn(status: ContainerStatus): ContainerStatus {
  const { startedAt, containerID } = status.state?.terminated ?? {};
  const hasRun = startedAt !== undefined && containerID !== undefined;
  return { ...status, state: hasRun ? { running: { startedAt } } : { waiting: { reason: 'PodInitializing' } } };
}

function asSucceeded(status: ContainerStatus): ContainerStatus {
  const { terminated } = status.state ?? {};
  return terminated === undefined ? status : { ...status, state: { terminated: { ...terminated, exitCode: 0, reason: 'Completed', ...realEnd(terminated) } } };
}

function realEnd({ exitCode, reason = 'Error', message, containerID }: Terminated): { message?: string } {
  if (exitCode === 0 || containerID === undefined) return message === undefined ? {} : { message };
  const text = message?.startsWith(`${reason}: `) ? message.slice(`${reason}: `.length) : message;
  return { message: `${reason}: exit code ${exitCode}${text === undefined ? '' : `: ${text}`}` };
}
