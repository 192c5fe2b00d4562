import type { Duplex } from 'node:stream';
import type { Container } from '../../kube/index.js';

/** An engine network of pods. */
export interface PodNetworkPlace {
  readonly name: string;
  /** CIDR. */
  readonly subnet: string;
}

/** Where a pod listens: its address, and the engine network that it is on. */
export interface Place {
  readonly address: string;
  /** Absent: the pod has an address of its host's own. */
  readonly network?: PodNetworkPlace;
}

/** Addresses on the networks of pods for what is the node's own: one a network. */
export interface NodeAddresses {
  /** The same one again until it is given back. @throws ProviderError `OutOfResources` */
  claimForNode(network: string, subnet: string): string;
  giveBackForNode(network: string): void;
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
