import type { ContainerState } from '../../kube/index.js';
import { type Circumstances, type ContainerReading, type Initialisation, isAtItsEnd, isInPostStart, isOver, type PodEnding, type PodReading } from '../decide/index.js';
import { neverRan, toTerminated } from './terminated.js';
import { toTime } from './texts.js';
import { INITIALISING, toWaiting } from './waiting.js';

/** What a status is made of. */
export interface StatusInput {
  readonly pod: PodReading;
  readonly initialisation: Initialisation;
  readonly circumstances: Circumstances;
  readonly isDeleting: boolean;
  readonly ending?: PodEnding;
  readonly now: Date;
}

/** Of a container killed before it ran, and of one that was lost. */
export const KILLED_EXIT_CODE = 137;
const INIT_FAILED_EXIT_CODE = 1;

/**
 * State of a main container. When all of them are terminated the pod is final for the cluster: one that will be started
 * again is waiting.
 */
export function mainState(main: ContainerReading, input: StatusInput): ContainerState {
  const { pod, initialisation, circumstances, isDeleting, ending, now } = input;
  const isStoppedByNode = ending !== undefined && !hasEndedBefore(main, ending.at);
  const settled = settledState(main, !isStoppedByNode && (isDeleting || isOver(main, pod)));
  if (settled !== undefined) return settled;
  if (ending !== undefined) return { terminated: endedByNode(main, ending) };
  if (initialisation.kind === 'failed') return { terminated: initFailed(initialisation.init) };
  if (isDeleting) return { terminated: DELETED_BEFORE };
  if (initialisation.kind === 'pending') return { waiting: INITIALISING };
  return { waiting: toWaiting(main, pod, circumstances, now) };
}

/** State of a sidecar at `index` among the init containers. One that has ended is started again as long as the pod lives. */
export function sidecarState(sidecar: ContainerReading, index: number, input: StatusInput): ContainerState {
  const { pod, initialisation, circumstances, isDeleting, ending, now } = input;
  const turn = initialisation.kind === 'done' ? Infinity : initialisation.index;
  const isPodOver = isAtItsEnd(pod);
  const settled = settledState(sidecar, isDeleting || isPodOver || ending !== undefined);
  if (settled !== undefined) return settled;
  if (ending !== undefined) return { terminated: neverRan(ending.reason, KILLED_EXIT_CODE, ending.message) };
  if (isPodOver || isDeleting) return { terminated: SIDECAR_NEVER_RAN };
  return { waiting: index <= turn ? toWaiting(sidecar, pod, circumstances, now) : INITIALISING };
}

/** State of the init container at `index`. After one that failed for good none is left waiting, or the pod would hang. */
export function initState(init: ContainerReading, index: number, input: StatusInput): ContainerState {
  const { pod, initialisation, circumstances, isDeleting, ending, now } = input;
  const turn = initialisation.kind === 'done' ? Infinity : initialisation.index;
  const settled = settledState(init, isDeleting || index < turn || initialisation.kind === 'failed');
  if (settled !== undefined) return settled;
  if (ending !== undefined && index >= turn) return { terminated: endedByNode(init, ending) };
  if (index < turn) return { terminated: { exitCode: 0, reason: 'Completed', message: FORGOTTEN_INIT } };
  if (initialisation.kind === 'failed') return { terminated: initFailed(initialisation.init) };
  if (isDeleting) return { terminated: DELETED_BEFORE };
  return { waiting: index === turn ? toWaiting(init, pod, circumstances, now) : INITIALISING };
}

/** Running, or ended where that end is `final`. */
function settledState(container: ContainerReading, final: boolean): ContainerState | undefined {
  const { standing } = container;
  if (isInPostStart(container)) return { waiting: { reason: 'ContainerCreating', message: 'the hook after its start runs' } };
  if (standing.kind === 'running') return { running: { startedAt: toTime(new Date(standing.attempt.startedAt ?? standing.attempt.createdAt)) } };
  if (standing.kind === 'ended' && final) return { terminated: toTerminated(standing.attempt, standing.end) };
  return undefined;
}

/** Not 0, whatever its last attempt ended with: the pod was not let finish. */
function endedByNode({ standing }: ContainerReading, { reason, message }: PodEnding): NonNullable<ContainerState['terminated']> {
  const never = neverRan(reason, KILLED_EXIT_CODE, message);
  if (standing.kind !== 'ended') return never;
  const terminated = toTerminated(standing.attempt, standing.end);
  return { ...terminated, ...never, exitCode: terminated.exitCode || KILLED_EXIT_CODE };
}

function hasEndedBefore({ standing }: ContainerReading, at: Date): boolean {
  return standing.kind === 'ended' && standing.end.finishedAt < at;
}

const FORGOTTEN_INIT = 'Completed: it is gone from the engine; that the pod went on shows that it succeeded';
const SIDECAR_NEVER_RAN = neverRan('PodEnded', KILLED_EXIT_CODE, 'the pod ended before this container started');
const DELETED_BEFORE = neverRan('PodDeleted', KILLED_EXIT_CODE, 'the pod was deleted before this container started');

function initFailed({ name, standing }: ContainerReading): NonNullable<ContainerState['terminated']> {
  const code = standing.kind === 'ended' ? standing.end.exitCode : INIT_FAILED_EXIT_CODE;
  const never = neverRan('PodInitFailed', INIT_FAILED_EXIT_CODE, `init container ${name} ended with exit code ${code}`);
  if (standing.kind !== 'ended') return never;
  const at = toTime(standing.end.finishedAt);
  return { ...never, startedAt: at, finishedAt: at };
}
