import type { PodEvent } from '../../kube/index.js';

/** Newest events kept of each pod. */
export const EVENTS_PER_POD = 50;

/** Pods that were refused and are remembered: nobody tells when they are of no use any more. */
const REFUSED_PODS = 200;

/** An event and its repetitions. `at` is the newest one. */
export interface CountedPodEvent extends PodEvent {
  readonly firstAt: Date;
  /** How often, from 1. */
  readonly count: number;
}

/** Told of every event, repeated or not: one line in the log. */
export type OnPodEvent = (podUid: string, event: CountedPodEvent) => void;

/**
 * What happened to each pod, as `kubectl describe` would list it. In memory: a restart of the plugin begins anew.
 * An event that differs from a kept one only in its time is counted there and becomes the newest, as the API server does.
 */
export class PodEvents {
  private readonly byPod = new Map<string, CountedPodEvent[]>();
  private readonly refused = new Set<string>();

  constructor(private readonly onEvent?: OnPodEvent) {}

  add(podUid: string, event: PodEvent): void {
    this.refused.delete(podUid);
    const events = this.byPod.get(podUid) ?? [];
    const index = events.findIndex((known) => isSame(known, event));
    const [known] = index < 0 ? [] : events.splice(index, 1);
    const counted = { ...event, firstAt: known?.firstAt ?? event.at, count: (known?.count ?? 0) + 1 };
    events.push(counted);
    if (events.length > EVENTS_PER_POD) events.shift();
    this.byPod.set(podUid, events);
    this.onEvent?.(podUid, counted);
  }

  /** Of a pod that is not taken on: the newest of these are remembered. */
  addOfRefused(podUid: string, event: PodEvent): void {
    this.add(podUid, event);
    this.refused.add(podUid);
    const [oldest] = this.refused;
    if (oldest !== undefined && this.refused.size > REFUSED_PODS) this.forget(oldest);
  }

  /** Oldest first; empty for a pod that nothing is known of. */
  list(podUid: string): readonly CountedPodEvent[] {
    return [...(this.byPod.get(podUid) ?? [])];
  }

  forget(podUid: string): void {
    this.refused.delete(podUid);
    this.byPod.delete(podUid);
  }
}

function isSame(a: PodEvent, b: PodEvent): boolean {
  return a.reason === b.reason && a.message === b.message && a.type === b.type && a.container === b.container;
}
