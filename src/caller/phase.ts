import type { ContainerStatus, Pod, PodPhase } from '../kube/index.js';
import type { PodStatusJson } from '../wire/index.js';

/** A pod as the cluster shows it, after the virtual kubelet has read the plugin's answers. */
export interface CallerView {
  readonly phase: PodPhase;
  readonly reason: string;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  /** What in the answer would break the virtual kubelet, or would mislead the cluster. */
  readonly problem?: string;
}

/** How a pod looks before the first answer. */
export const FIRST_VIEW: CallerView = { phase: 'Pending', reason: '', containers: [], initContainers: [] };

/**
 * The virtual kubelet's reading of one status answer over what it knew before. Succeeded and Failed are final; an answer
 * without the pod changes nothing. The rules are its own: counts are of the answer's entries, not of the spec's.
 */
export function toCallerPhase(pod: Pod, before: CallerView, answer: readonly PodStatusJson[]): CallerView {
  const entry = answer[0];
  if (isFinal(before.phase) || !entry?.name || entry.UID !== pod.metadata.uid) return before;
  const inits = readInits(entry.initContainers ?? []);
  const initContainers = mergeByName(before.initContainers, inits.statuses);
  const mains = (entry.containers ?? []).map((status) => readMain(status, inits.holding));
  const containers = mergeByName(before.containers, mains);
  // An empty list counts as all ended.
  if (mains.some((status) => kindOf(status) !== 'terminated')) return { containers, initContainers, ...readGoing(before, mains, inits) };
  const error = lastError(mains) ?? inits.error;
  const phase = error === undefined ? 'Succeeded' : 'Failed';
  const problem = problemOf(pod, phase, mains);
  return {
    phase,
    reason: error ?? 'Completed',
    containers: error === undefined ? containers : containers.map((status) => withEndReason(status, error)),
    initContainers,
    ...(problem !== undefined && { problem }),
  };
}

/** Whether the cluster will never look at the pod's status again. */
export function isFinal(phase: PodPhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

interface InitReading {
  readonly statuses: readonly ContainerStatus[];
  readonly running: boolean;
  readonly waiting: boolean;
  /** Reason that main containers are given while these are not done; absent once they are. */
  readonly holding: string | undefined;
  /** Of the last one that failed. */
  readonly error: string | undefined;
}

function readInits(statuses: readonly ContainerStatus[]): InitReading {
  const kinds = statuses.map(kindOf);
  const done = kinds.filter((kind) => kind === 'terminated').length;
  const [waiting, running] = [kinds.includes('waiting'), kinds.includes('running')];
  const holding = running ? `Init:${done}/${statuses.length}` : waiting ? 'PodInitializing' : undefined;
  return { statuses: statuses.map(withOwnReason), running, waiting, holding, error: lastError(statuses) };
}

function readMain(status: ContainerStatus, holding: string | undefined): ContainerStatus {
  if (holding !== undefined) return { ...status, state: { waiting: { reason: holding } } };
  return kindOf(status) === 'running' ? { ...status, ready: true } : withOwnReason(status);
}

function readGoing(before: CallerView, mains: readonly ContainerStatus[], inits: InitReading): Pick<CallerView, 'phase' | 'reason'> {
  if (mains.some((status) => kindOf(status) === 'running')) return { phase: 'Running', reason: 'Running' };
  if (inits.waiting) return { phase: 'Pending', reason: 'Waiting for init containers' };
  if (inits.running) return { phase: 'Pending', reason: 'Init' };
  return { phase: before.phase, reason: before.reason };
}

function problemOf(pod: Pod, phase: PodPhase, mains: readonly ContainerStatus[]): string | undefined {
  const missing = pod.spec.containers.filter(({ name }) => !mains.some((status) => status.name === name)).map(({ name }) => name);
  if (missing.length === 0) return undefined;
  const effect = phase === 'Failed' ? 'the virtual kubelet crashes on that' : `the pod counts as ${phase} without them`;
  return `the answer has no status of ${missing.join(', ')}: ${effect}`;
}

function kindOf({ state }: ContainerStatus): 'terminated' | 'waiting' | 'running' | 'none' {
  if (state?.terminated) return 'terminated';
  if (state?.waiting) return 'waiting';
  return state?.running ? 'running' : 'none';
}

/** The virtual kubelet writes its own reason over the plugin's. */
function withOwnReason(status: ContainerStatus): ContainerStatus {
  return withEndReason(status, errorOf(status) ?? 'Completed');
}

function withEndReason(status: ContainerStatus, reason: string): ContainerStatus {
  const terminated = status.state?.terminated;
  return terminated ? { ...status, state: { ...status.state, terminated: { ...terminated, reason } } } : status;
}

function lastError(statuses: readonly ContainerStatus[]): string | undefined {
  return statuses.map(errorOf).findLast((error) => error !== undefined);
}

function errorOf({ state }: ContainerStatus): string | undefined {
  const exitCode = state?.terminated?.exitCode ?? 0;
  return exitCode === 0 ? undefined : `Error: ${exitCode}`;
}

function mergeByName(before: readonly ContainerStatus[], now: readonly ContainerStatus[]): readonly ContainerStatus[] {
  const kept = before.map((status) => now.find(({ name }) => name === status.name) ?? status);
  return [...kept, ...now.filter(({ name }) => !before.some((status) => status.name === name))];
}
