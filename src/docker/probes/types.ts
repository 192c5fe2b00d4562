import type { Duplex } from 'node:stream';
import type { Container } from '../../kube/index.js';

/** Where a pod listens: its address, and the engine network that it is on. */
export interface Place {
  readonly address: string;
  /** Engine network of the pod's namespace; absent: the pod has the host's own address. */
  readonly network?: { readonly name: string; readonly subnet: string; readonly namespace: string };
}

/** A container that is probed, or whose hook is run. */
export interface ProbeTarget {
  readonly containerId: string;
  readonly spec: Container;
  readonly place: Place;
}

/** What one probe found. */
export interface ProbeAnswer {
  /** `warning` counts as success, and is told. */
  readonly result: 'success' | 'warning' | 'failure';
  /** In the kubelet's words, or the command's own. */
  readonly output: string;
  /** Resolves when nothing of it is left; absent: nothing is. */
  readonly settled?: Promise<void>;
}

export interface DialOptions {
  /** Milliseconds that the connection may last in all: a relay ends by itself then. */
  readonly lastsMs: number;
  readonly signal: AbortSignal;
}

/** Opens TCP connections to a pod. Rejects with the words of Go's net package. */
export type Dial = (place: Place, host: string, port: number, options: DialOptions) => Promise<Duplex>;

/** Most that is kept of what a program answers; as a kubelet. */
export const MOST_OUTPUT_BYTES = 10 * 1024;
