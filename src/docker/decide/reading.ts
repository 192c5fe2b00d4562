import { type Container, type Pod, sharesNamespaces } from '../../kube/index.js';
import type { ObservedContainer, ObservedPod } from '../record/index.js';
import { type End, toEnd } from './end.js';
import { hasEnded, isCreated, isRunning } from './engine-state.js';
import { isFromBefore } from './sandbox-change.js';

/** Where one container of a pod stands, by the attempt that counts. */
export type Standing =
  /** Never tried, as far as anybody remembers. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'created'; readonly attempt: ObservedContainer; readonly fromBefore: boolean }
  | { readonly kind: 'running'; readonly attempt: ObservedContainer; readonly fromBefore: boolean }
  | { readonly kind: 'ended'; readonly attempt: ObservedContainer; readonly fromBefore: boolean; readonly end: End };

export interface ContainerReading {
  readonly name: string;
  readonly spec: Container;
  readonly standing: Standing;
  /** Observed and remembered, ascending. */
  readonly attempts: readonly ObservedContainer[];
  /** Highest number ever seen; -1 where there was none. */
  readonly highestAttempt: number;
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** A pod as decisions and reports see it: what is wanted, observed and remembered, read once. */
export interface PodReading {
  readonly pod: Pod;
  readonly restartPolicy: RestartPolicy;
  /** Whether its containers join a sandbox that runs. */
  readonly shared: boolean;
  readonly sandbox?: ObservedContainer;
  readonly inits: readonly ContainerReading[];
  readonly mains: readonly ContainerReading[];
}

/** @param ended newest ended attempt by container name, see `Circumstances.ended` */
export function readPod(pod: Pod, observed: ObservedPod, ended: ReadonlyMap<string, ObservedContainer>): PodReading {
  const { sandbox } = observed;
  const shared = sharesNamespaces(pod);
  const joined = shared ? sandbox : undefined;
  const read = (spec: Container): ContainerReading => readContainer(spec, observed.containers.get(spec.name) ?? [], ended.get(spec.name), joined);
  return {
    pod,
    restartPolicy: (pod.spec.restartPolicy as RestartPolicy | undefined) ?? 'Always',
    shared,
    inits: (pod.spec.initContainers ?? []).map(read),
    mains: pod.spec.containers.map(read),
    ...(sandbox !== undefined && { sandbox }),
  };
}

function readContainer(
  spec: Container,
  observed: readonly ObservedContainer[],
  remembered: ObservedContainer | undefined,
  sandbox: ObservedContainer | undefined,
): ContainerReading {
  const isPruned = remembered !== undefined && !observed.some((container) => container.attempt === remembered.attempt);
  const attempts = isPruned ? [...observed, remembered].sort((a, b) => a.attempt - b.attempt) : observed;
  const highestAttempt = attempts.at(-1)?.attempt ?? -1;
  return { name: spec.name, spec, standing: toStanding(attempts, sandbox), attempts, highestAttempt };
}

/** An attempt that runs counts before a newer one that does not: an operator may have started an old one by hand. */
function toStanding(attempts: readonly ObservedContainer[], sandbox: ObservedContainer | undefined): Standing {
  // One that is removed before it ever ran stands for nothing.
  const attempt = attempts.findLast(isRunning) ?? attempts.findLast((candidate) => isCreated(candidate) || hasEnded(candidate));
  if (attempt === undefined) return { kind: 'absent' };
  const fromBefore = sandbox !== undefined && isFromBefore(attempt, sandbox);
  if (isRunning(attempt)) return { kind: 'running', attempt, fromBefore };
  if (isCreated(attempt)) return { kind: 'created', attempt, fromBefore };
  return { kind: 'ended', attempt, fromBefore, end: toEnd(attempt, sandbox) };
}
