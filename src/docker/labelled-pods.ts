import { type ContainerDetails, type Engine, isEngineError } from '../engine/index.js';
import type { ContainerState, ContainerStatus } from '../kube/index.js';
import type { PodDetails, PodRow } from '../provider/index.js';
import { toObservation } from './cache/index.js';
import { hasEnded, isRunning, toEnd } from './decide/index.js';
import { LABEL, type ObservedContainer, parseContainerName, SANDBOX, type SandboxStage } from './record/index.js';
import { endWords, toTerminated } from './status/index.js';

/** The types of containers that pods are made of. */
const OF_PODS = ['podsandbox', 'container'];

/** What can be said of a node's pods without the plugin that looks after them: names, labels and states of their containers. */
export async function labelledPods(engine: Pick<Engine, 'listContainers' | 'inspectContainer'>, node: string): Promise<readonly PodDetails[]> {
  const listed = await engine.listContainers([`${LABEL.node}=${node}`]);
  const details: ContainerDetails[] = [];
  for (const { Id, Labels } of listed) if (OF_PODS.includes(Labels[LABEL.type] ?? '')) details.push(...(await inspect(engine, Id)));
  return toLabelledPods(details);
}

async function inspect(engine: Pick<Engine, 'inspectContainer'>, id: string): Promise<ContainerDetails[]> {
  try {
    return [await engine.inspectContainer(id)];
  } catch (error) {
    if (isEngineError(error, 'NotFound')) return []; // it went meanwhile
    throw error;
  }
}

/** One container of a pod. */
interface Seen {
  readonly podUid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stage: SandboxStage;
  readonly container: ObservedContainer;
}

/** The same of inspections, by UID. Pure. */
export function toLabelledPods(inspected: readonly ContainerDetails[]): readonly PodDetails[] {
  return [...Map.groupBy(inspected.flatMap(toSeen), ({ podUid }) => podUid)].map(([podUid, seen]) => toDetails(podUid, seen));
}

function toSeen(details: ContainerDetails): Seen[] {
  const observation = toObservation(details, undefined);
  const stage = parseContainerName(details.Name)?.stage ?? 'accepted';
  return observation === undefined ? [] : [{ podUid: observation.podUid, labels: details.Config.Labels ?? {}, stage, container: observation.container }];
}

function toDetails(uid: string, seen: readonly Seen[]): PodDetails {
  const sandbox = seen.find(({ container }) => container.name === SANDBOX);
  const attempts = seen.map(({ container }) => container).filter(({ name }) => name !== SANDBOX).sort((a, b) => a.attempt - b.attempt);
  const byName = [...Map.groupBy(attempts, ({ name }) => name).values()].sort(([a], [b]) => (a?.createdAt ?? '').localeCompare(b?.createdAt ?? ''));
  const containers = byName.map(toStatus);
  const labels = seen[0]?.labels;
  const row: PodRow = {
    namespace: labels?.[LABEL.podNamespace] ?? '',
    name: labels?.[LABEL.podName] ?? '',
    uid,
    phase: phaseOf(attempts),
    // Whether its probes succeed, only the plugin knows.
    ready: containers.filter(({ ready }) => ready).length,
    containers: containers.length,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(sandbox && { createdAt: sandbox.container.createdAt }),
    notes: [...stageNotes(sandbox?.stage), ...byName.map(newestWords)],
  };
  return { row, why: row.notes.join('; ') || 'no container of it has been made, or all of them have been removed', initContainers: [], containers, events: [] };
}

/** What has ended may be started again: that is the plugin's to say. */
function phaseOf(attempts: readonly ObservedContainer[]): PodRow['phase'] {
  if (attempts.some(isRunning)) return 'Running';
  return attempts.some(hasEnded) ? 'Unknown' : 'Pending';
}

function stageNotes(stage: SandboxStage | undefined): string[] {
  switch (stage) {
    case 'creating':
      return ['it was never taken on: its sandbox is still marked as being made'];
    case 'deleting':
      return ['it is marked as being deleted'];
    case 'accepted':
      return [];
    case undefined:
      return ['its sandbox is gone'];
  }
}

function newestWords(attempts: readonly ObservedContainer[]): string {
  const newest = newestOf(attempts);
  if (newest === undefined) return '';
  const { name, state, startedAt } = newest;
  if (hasEnded(newest)) return `${name} ${endWords({ spec: { name } }, newest, toEnd(newest, undefined), [])}`;
  if (isRunning(newest)) return `${name} ${state === 'paused' ? 'is paused; it started' : 'runs since'} ${startedAt ?? ''}`.trim();
  return `${name} has been made and never started`;
}

function toStatus(attempts: readonly ObservedContainer[]): ContainerStatus {
  const newest = newestOf(attempts);
  const before = attempts.findLast((attempt) => attempt !== newest && hasEnded(attempt));
  return {
    name: newest?.name ?? '',
    image: '',
    imageID: newest?.imageId ?? '',
    containerID: `docker://${newest?.id ?? ''}`,
    restartCount: attempts.at(-1)?.attempt ?? 0,
    ready: newest !== undefined && isRunning(newest),
    state: newest === undefined ? {} : toState(newest),
    lastState: before === undefined ? {} : { terminated: toTerminated(before, toEnd(before, undefined)) },
  };
}

function toState(attempt: ObservedContainer): ContainerState {
  if (hasEnded(attempt)) return { terminated: toTerminated(attempt, toEnd(attempt, undefined)) };
  return isRunning(attempt) ? { running: { startedAt: attempt.startedAt ?? attempt.createdAt } } : { waiting: { reason: 'ContainerCreating' } };
}

/** One that runs counts before a newer one that does not, as ever. */
function newestOf(attempts: readonly ObservedContainer[]): ObservedContainer | undefined {
  return attempts.findLast(isRunning) ?? attempts.at(-1);
}
