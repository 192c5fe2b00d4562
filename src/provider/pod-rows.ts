import type { PodPhase } from '../kube/index.js';

/** One pod in a table for the operator: from memory, and without anything that a pod's author may keep secret. */
export interface PodRow {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: PodPhase;
  /** Containers that are ready, of so many. */
  readonly ready: number;
  readonly containers: number;
  /** Of all its containers. */
  readonly restarts: number;
  /** RFC 3339; when it was taken on. Absent where only its deletion is known. */
  readonly createdAt?: string;
  /** What an operator should know of it, in words. */
  readonly notes: readonly string[];
}
