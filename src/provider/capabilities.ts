import type { Duplex } from 'node:stream';
import type { Pod, PodEvent } from '../kube/index.js';
import type { PodStatus } from '../wire/index.js';

/** A change of one pod, as a watch delivers it. */
export interface PodChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly pod: Pod;
  readonly status: PodStatus;
}

/** Optional: a provider that can tell which pods it has, for APIs that list and watch. */
export interface PodDirectory {
  /** All of them, as they are now. */
  listPods(): readonly { readonly pod: Pod; readonly status: PodStatus }[];
  /** Calls `onChange` for every change from now on; the returned function ends it. */
  watchPods(onChange: (change: PodChange) => void): () => void;
  /** The newest events of a pod, oldest first. */
  podEvents(podUid: string): readonly PodEvent[];
}

/** Streams of a process in a container. `resize` is for terminals. */
export interface PodSession {
  readonly stdin: Duplex | undefined;
  readonly stdout: Duplex;
  readonly stderr: Duplex | undefined;
  /** Tells a terminal its size, in characters. */
  resize(columns: number, rows: number): Promise<void>;
  /** Exit code of the process. */
  readonly exitCode: Promise<number>;
}

/** Which container a session is in, and what it is like. */
export interface SessionRequest {
  readonly podUid: string;
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

/** Optional: a provider whose pods can be worked in. */
export interface PodSessions {
  /** Runs a command in a container. */
  exec(request: SessionRequest & { readonly command: readonly string[] }): Promise<PodSession>;
  /** Joins the streams of a container's own process. */
  attach(request: SessionRequest): Promise<PodSession>;
  /** A connection to a port of the pod. */
  portForward(podUid: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** A tar of `path`, or into it. */
  copy(podUid: string, container: string, path: string, direction: 'in' | 'out', signal: AbortSignal): Promise<Duplex>;
}
