import { messageOf } from '../errors.js';
import type { ContainerState, Pod, PodPhase } from '../kube/index.js';
import type { PodRow, PodStatus } from '../provider/index.js';
import { isTakenForAlive, lostContainers } from '../wire/index.js';
import { isFinished } from './decide/index.js';
import type { Attendance } from './attendance.js';
import { toBareRow, toPodRow } from './pod-rows.js';
import type { ManagedPod, PendingDeletion, Pods, Rooms } from './pods/index.js';
import { type ContainerStatuses, podPhaseOf, type PodStatusInput, toPodStatus, toWireView, withReadinessAsWaiting } from './status/index.js';

/** Answers what the cluster asks about its pods, from memory alone. */
export class StatusReports {
  constructor(
    private readonly pods: Pods,
    private readonly rooms: Rooms,
    private readonly attendance: Attendance,
  ) {}

  of(pods: readonly Pod[]): readonly PodStatus[] {
    return pods.flatMap((pod) => this.one(pod) ?? []);
  }

  private one(pod: Pod): PodStatus | undefined {
    const { uid } = pod.metadata;
    const managed = this.pods.get(uid);
    if (managed === undefined) return this.unmanaged(pod);
    this.attendance.askedAbout(uid);
    const { observed, desired } = managed;
    if (pod.status?.phase === 'Failed' && !managed.isDeleting && !isFinished(desired, observed, managed)) {
      // The caller saw its connection break and has given the pod up: nobody will ever ask for it again.
      managed.addEvent('Warning', 'GivenUp', 'The cluster counts this pod as failed; it is removed');
      this.inBackground(uid, this.pods.removeForGood(managed.record.pod, pod.spec.terminationGracePeriodSeconds ?? 30));
    }
    return this.toAnswer(managed.record.pod, this.statusesOf(managed));
  }

  /** Whether a container waits for its next attempt. */
  isWaiting(pod: ManagedPod, container: string): boolean {
    return this.stateOf(pod, container)?.waiting !== undefined;
  }

  /** Whether a container has ended and has no attempt to come. */
  isOver(pod: ManagedPod, container: string): boolean {
    return this.stateOf(pod, container)?.terminated !== undefined;
  }

  /** Phases of all pods that are looked after. */
  phases(): readonly PodPhase[] {
    return this.pods.all().map((managed) => podPhaseOf(managed.record.pod, this.statusesOf(managed)));
  }

  /** All pods for the operator, those among them of which only the deletion is known. */
  rows(): readonly PodRow[] {
    const pending = this.pods.pendingDeletions();
    const deletionOf = (podUid: string): PendingDeletion | undefined => pending.find((one) => one.podUid === podUid);
    const managed = this.pods.all().map((pod) => this.rowOf(pod, deletionOf(pod.uid)));
    const bare = pending.filter(({ podUid }) => this.pods.get(podUid) === undefined);
    return [...managed, ...bare.map((deletion) => toBareRow(deletion.podUid, deletion, this.pods.troubleOf(deletion.podUid)))];
  }

  rowOf(pod: ManagedPod, deletion: PendingDeletion | undefined): PodRow {
    return toPodRow(pod, this.statusesOf(pod), { deletion, abandonedSince: this.attendance.abandonedSince(pod.uid) });
  }

  private stateOf(pod: ManagedPod, container: string): ContainerState | undefined {
    const { containers, initContainers } = this.statusesOf(pod);
    return [...containers, ...initContainers].find((status) => status.name === container)?.state;
  }

  /** All containers, sidecars and helpers among them. */
  statusesOf(managed: ManagedPod): ContainerStatuses {
    return toPodStatus(this.readingOf(managed));
  }

  /** What is known of a pod now. */
  readingOf(managed: ManagedPod): PodStatusInput {
    const { deletion, ending } = managed.desired;
    const { observed, record } = managed;
    return { pod: record.pod, observed, circumstances: managed, now: this.rooms.clock.now(), ...(deletion && { deletion }), ...(ending && { ending }) };
  }

  private unmanaged(pod: Pod): PodStatus | undefined {
    const { uid } = pod.metadata;
    const now = this.rooms.clock.now();
    const observed = this.rooms.cache.get(uid);
    if (observed !== undefined && !this.pods.isCreating(uid)) {
      this.inBackground(uid, this.pods.adopt(pod));
      return this.toAnswer(pod, toPodStatus({ pod, observed, circumstances: NOTHING_KNOWN, now }));
    }
    if (!isTakenForAlive(pod) || this.pods.isCreating(uid)) return undefined;
    return this.toAnswer(pod, lostContainers(pod, now));
  }

  private toAnswer(pod: Pod, statuses: ContainerStatuses): PodStatus {
    const { name, namespace, uid } = pod.metadata;
    const told = this.rooms.traits.policy.readinessAsWaiting ? withReadinessAsWaiting(statuses) : statuses;
    return { name, namespace, uid, jobId: uid, ...toWireView(pod, told) };
  }

  private inBackground(podUid: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.rooms.logger.warn('work on a pod failed', { podUid, reason: messageOf(error) }));
  }
}

const NOTHING_KNOWN = { images: new Map(), createFailures: new Map(), backOffMs: new Map(), ended: new Map(), health: new Map() };
