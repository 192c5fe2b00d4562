import type { ContainerStatus } from '../kube/index.js';
import type { PodRow } from './pod-rows.js';

/** What a provider can say of one pod to its operator: from memory, and without anything that a pod's author may keep secret. */
export interface PodDetails {
  readonly row: PodRow;
  /** One line: why the pod is in the state it is in, what it waits for, and until when. */
  readonly why: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** Oldest first. */
  readonly events: readonly PodEventRow[];
}

/** An event of a pod and its repetitions. Times are RFC 3339. */
export interface PodEventRow {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
  /** How often, from 1. */
  readonly count: number;
  readonly firstAt: string;
  /** The newest one. */
  readonly at: string;
}
