import { type Container, isNativeSidecar, type Pod, sharesNamespaces } from '../../kube/index.js';
import type { ObservedContainer, ObservedPod } from '../record/index.js';
import { type End, toEnd } from './end.js';
import { hasEnded, isCreated, isRunning } from './engine-state.js';
import { findRestartOfAll, isOfEraBefore, type RestartOfAll } from './restart-all.js';
import type { ContainerHealth } from './health.js';
import type { RestartPolicy } from './restart-rules.js';
import { isFromBefore } from './sandbox-change.js';
import type { Circumstances } from './types.js';

/** An attempt, and whether its time is over: the sandbox it shares is gone, or the pod has begun again since. */
interface Attempt {
  readonly attempt: ObservedContainer;
  readonly fromBefore: boolean;
  readonly ofEraBefore: boolean;
}

/** Where one container of a pod stands, by the attempt that counts. */
export type Standing =
  /** Never tried, as far as anybody remembers. */
  | { readonly kind: 'absent' }
  | (Attempt & { readonly kind: 'created' })
  | (Attempt & { readonly kind: 'running' })
  | (Attempt & { readonly kind: 'ended'; readonly end: End });

export interface ContainerReading {
  readonly name: string;
  readonly spec: Container;
  /** An init container that goes on beside the main ones. */
  readonly isSidecar: boolean;
  readonly standing: Standing;
  /** Observed and remembered, ascending. */
  readonly attempts: readonly ObservedContainer[];
  /** Highest number ever seen; -1 where there was none. */
  readonly highestAttempt: number;
  /** Of the attempt that counts. */
  readonly health?: ContainerHealth;
}

/** A pod as decisions and reports see it: what is wanted, observed and remembered, read once. */
export interface PodReading {
  readonly pod: Pod;
  readonly restartPolicy: RestartPolicy;
  /** Whether its containers join a sandbox that runs. */
  readonly shared: boolean;
  readonly sandbox?: ObservedContainer;
  /** Sidecars among them. */
  readonly inits: readonly ContainerReading[];
  readonly mains: readonly ContainerReading[];
  readonly restartOfAll?: RestartOfAll;
}

/** @param circumstances what is remembered of its containers, see there */
export function readPod(pod: Pod, observed: ObservedPod, { ended, health }: Pick<Circumstances, 'ended' | 'health'>): PodReading {
  const { sandbox } = observed;
  const shared = sharesNamespaces(pod);
  const joined = shared ? sandbox : undefined;
  const restartPolicy = (pod.spec.restartPolicy as RestartPolicy | undefined) ?? 'Always';
  const attemptsOf = (spec: Container): Attempts => ({ spec, attempts: withRemembered(observed.containers.get(spec.name) ?? [], ended.get(spec.name)) });
  const inits = (pod.spec.initContainers ?? []).map(attemptsOf);
  const mains = pod.spec.containers.map(attemptsOf);
  const restartOfAll = findRestartOfAll({ inits, mains, restartPolicy, joined });
  return {
    pod,
    restartPolicy,
    shared,
    inits: inits.map((init) => readContainer(init, isNativeSidecar(init.spec), joined, restartOfAll, health)),
    mains: mains.map((main) => readContainer(main, false, joined, restartOfAll, health)),
    ...(sandbox !== undefined && { sandbox }),
    ...(restartOfAll !== undefined && { restartOfAll }),
  };
}

type Attempts = Pick<ContainerReading, 'spec' | 'attempts'>;

function withRemembered(observed: readonly ObservedContainer[], remembered: ObservedContainer | undefined): readonly ObservedContainer[] {
  const isPruned = remembered !== undefined && !observed.some((container) => container.attempt === remembered.attempt);
  return isPruned ? [...observed, remembered].sort((a, b) => a.attempt - b.attempt) : observed;
}

function readContainer(
  { spec, attempts }: Attempts,
  isSidecar: boolean,
  sandbox: ObservedContainer | undefined,
  restartOfAll: RestartOfAll | undefined,
  allHealth: Circumstances['health'],
): ContainerReading {
  const standing = toStanding(attempts, sandbox, restartOfAll);
  const health = allHealth.get(spec.name);
  const isOfIt = standing.kind !== 'absent' && standing.attempt.id === health?.containerId;
  return { name: spec.name, spec, isSidecar, standing, attempts, highestAttempt: attempts.at(-1)?.attempt ?? -1, ...(isOfIt && { health }) };
}

/** An attempt that runs counts before a newer one that does not: an operator may have started an old one by hand. */
function toStanding(attempts: readonly ObservedContainer[], sandbox: ObservedContainer | undefined, restartOfAll: RestartOfAll | undefined): Standing {
  // One that is removed before it ever ran stands for nothing.
  const attempt = attempts.findLast(isRunning) ?? attempts.findLast((candidate) => isCreated(candidate) || hasEnded(candidate));
  if (attempt === undefined) return { kind: 'absent' };
  const facts = {
    attempt,
    fromBefore: sandbox !== undefined && isFromBefore(attempt, sandbox),
    ofEraBefore: isOfEraBefore(attempt, restartOfAll),
  };
  if (isRunning(attempt)) return { kind: 'running', ...facts };
  if (isCreated(attempt)) return { kind: 'created', ...facts };
  return { kind: 'ended', ...facts, end: toEnd(attempt, sandbox) };
}
