import type { PodDetails, PodEventRow } from '../provider/index.js';
import type { Attendance } from './attendance.js';
import type { CountedPodEvent } from './events/index.js';
import { toBareRow } from './pod-rows.js';
import type { ManagedPod, Pods, Rooms } from './pods/index.js';
import type { StatusReports } from './status-reports.js';
import { whyOf, whyOfStranger } from './status/index.js';

/** Answers what the operator asks about one pod, from memory alone. */
export class PodDetailsReports {
  constructor(
    private readonly pods: Pods,
    private readonly rooms: Pick<Rooms, 'cache' | 'events'>,
    private readonly attendance: Attendance,
    private readonly reports: Pick<StatusReports, 'readingOf' | 'rowOf' | 'statusesOf'>,
  ) {}

  /** `undefined`: never heard of. */
  of(podUid: string): PodDetails | undefined {
    const managed = this.pods.get(podUid);
    return managed === undefined ? this.ofStranger(podUid) : this.ofManaged(managed);
  }

  private ofManaged(managed: ManagedPod): PodDetails {
    const { uid, stops, worker } = managed;
    const events = this.rooms.events.list(uid);
    const deletion = this.pods.pendingDeletions().find(({ podUid }) => podUid === uid);
    const { standstill } = this.pods;
    const why = whyOf({ ...this.reports.readingOf(managed), events, stops: stops.underWay, trouble: worker.trouble, abandonedSince: this.attendance.abandonedSince(uid), standstill });
    return { row: this.reports.rowOf(managed, deletion), why, ...this.reports.statusesOf(managed), events: events.map(toEventRow) };
  }

  private ofStranger(podUid: string): PodDetails | undefined {
    const events = this.rooms.events.list(podUid);
    const deletion = this.pods.pendingDeletions().find((one) => one.podUid === podUid);
    const trouble = this.pods.troubleOf(podUid);
    const { standstill } = this.pods;
    const why = whyOfStranger({ events, isCreating: this.pods.isCreating(podUid), deletionSince: deletion?.since, trouble, hasContainers: this.rooms.cache.get(podUid) !== undefined, standstill });
    return why === undefined ? undefined : { row: toBareRow(podUid, deletion, trouble), why, initContainers: [], containers: [], events: events.map(toEventRow) };
  }
}

function toEventRow({ at, firstAt, type, reason, message, container, count }: CountedPodEvent): PodEventRow {
  return { type, reason, message, count, firstAt: firstAt.toISOString(), at: at.toISOString(), ...(container !== undefined && { container }) };
}
