import type { ContainerState, ContainerStatus } from '../kube/index.js';
import { toAge, toColumns } from './columns.js';
import { nameOfPod } from './node.js';
import type { EventLine, PodAnswer, PodLine } from './pods.js';
import { printable } from './printable.js';

/** Which of the pods a person means: by UID, `namespace/name`, name, or the beginning of a UID; the first of these that fits any. Pure. */
export function matchPods(pods: readonly PodLine[], wanted: string): readonly PodLine[] {
  const ways: readonly ((pod: PodLine) => boolean)[] = [
    ({ uid }) => uid === wanted,
    (pod) => nameOfPod(pod) === wanted,
    ({ name }) => name === wanted,
    ({ uid }) => uid.startsWith(wanted),
  ];
  return ways.map((isMeant) => pods.filter(isMeant)).find((found) => found.length > 0) ?? [];
}

/** Pods that a person may have meant, a line each. */
export function candidateLines(pods: readonly PodLine[]): string {
  return toColumns(pods.map((pod) => [`  ${nameOfPod(pod)}`, pod.uid, pod.phase, ...pod.notes.slice(0, 1)])).trimEnd();
}

/** All about one pod, for a person: why, then its containers, then its events. Pure. */
export function whyText({ row, why, initContainers, containers, events }: PodAnswer, now: Date): string {
  const head = `${nameOfPod(row)} is ${row.phase}, ready ${row.ready}/${row.containers}, age ${toAge(row.createdAt, now)}, UID ${row.uid}`;
  return [`${printable(head)}\n${printable(`why: ${why}`)}\n`, containersTable(initContainers, containers), eventsTable(events, now)].filter((part) => part !== '').join('\n');
}

function containersTable(initContainers: readonly ContainerStatus[], containers: readonly ContainerStatus[]): string {
  if (initContainers.length + containers.length === 0) return '';
  const toRow = (kind: string) => ({ name, state, lastState, restartCount, ready }: ContainerStatus): string[] => {
    const readiness = state?.running === undefined ? '' : ready ? ', ready' : ', not ready';
    return [`${kind}${name}`, `${stateWords(state)}${readiness}`, String(restartCount), lastState?.terminated ? stateWords(lastState) : '-'];
  };
  return toColumns([['CONTAINER', 'STATE', 'RESTARTS', 'LAST END'], ...initContainers.map(toRow('init ')), ...containers.map(toRow(''))]);
}

/** Texts that the why line does not have in full are in the events and, whole, in `--json`. */
function stateWords(state: ContainerState | undefined): string {
  if (state?.running) return `running since ${state.running.startedAt ?? '-'}`;
  if (state?.terminated) {
    const { reason = 'Error', exitCode, finishedAt } = state.terminated;
    return `${reason}, exit code ${exitCode}${finishedAt === undefined ? '' : ` at ${finishedAt}`}`;
  }
  return `waiting: ${state?.waiting?.reason ?? '-'}`;
}

function eventsTable(events: readonly EventLine[], now: Date): string {
  if (events.length === 0) return 'no events\n';
  const toRow = ({ at, firstAt, count, type, reason, message }: EventLine): string[] => [count > 1 ? `${toAge(at, now)} (x${count} over ${toAge(firstAt, now)})` : toAge(at, now), type, reason, message];
  return toColumns([['AGE', 'TYPE', 'REASON', 'MESSAGE'], ...events.map(toRow)]);
}
