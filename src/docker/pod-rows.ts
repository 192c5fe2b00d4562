import type { ContainerStatus } from '../kube/index.js';
import type { PodRow } from '../provider/index.js';
import type { ManagedPod, PendingDeletion, Trouble } from './pods/index.js';
import { type ContainerStatuses, podPhaseOf } from './status/index.js';

/** What a row says beside the pod's state. */
export interface RowFacts {
  readonly deletion: PendingDeletion | undefined;
  /** When an abandoned pod was last asked about. */
  readonly abandonedSince: Date | undefined;
}

/** A pod that is looked after. Pure. */
export function toPodRow({ record, worker }: Pick<ManagedPod, 'record' | 'worker'>, statuses: ContainerStatuses, { deletion, abandonedSince }: RowFacts): PodRow {
  const { namespace, name, uid } = record.pod.metadata;
  const { containers, initContainers } = statuses;
  const restartsOf = (list: readonly ContainerStatus[]): number => list.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return {
    namespace, name, uid,
    phase: podPhaseOf(record.pod, statuses),
    ready: containers.filter(({ ready }) => ready).length,
    containers: containers.length,
    restarts: restartsOf(containers) + restartsOf(initContainers),
    createdAt: record.acceptedAt,
    notes: notesOf(deletion, worker.trouble, abandonedSince),
  };
}

/** A pod of which nothing is known but its UID, and its deletion where one has come. Pure. */
export function toBareRow(podUid: string, deletion: PendingDeletion | undefined, trouble: Trouble | undefined): PodRow {
  return { namespace: '', name: '', uid: podUid, phase: 'Unknown', ready: 0, containers: 0, restarts: 0, notes: notesOf(deletion, trouble, undefined) };
}

function notesOf(deletion: PendingDeletion | undefined, trouble: Trouble | undefined, abandonedSince: Date | undefined): readonly string[] {
  return [
    ...(deletion ? [`being deleted since ${deletion.since.toISOString()}`] : []),
    ...(trouble ? [`${trouble.failures} tries have failed since ${trouble.since.toISOString()}: ${trouble.reason}`] : []),
    ...(abandonedSince ? [`abandoned: nobody has asked about it since ${abandonedSince.toISOString()}`] : []),
  ];
}
