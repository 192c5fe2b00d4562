import type { ClusterDns, Pod } from '../../kube/index.js';

/** What the operator says about the network of pods. */
export interface NetworkPolicy {
  /** Its servers, as far as pods here reach them; without one, names are resolved as the engine's host does. */
  readonly dns: ClusterDns;
  /** One network for the pods of all namespaces; else each namespace has its own, which no other reaches. */
  readonly shared: boolean;
  /** Whether pods reach anything beyond their network and the host. */
  readonly egress: boolean;
  /** Of the container that connects a pod with its cluster's network; absent: none is. */
  readonly meshImage?: string;
}

/** Of a configuration that says nothing. */
export const DEFAULT_NETWORK_POLICY: NetworkPolicy = { dns: { servers: [], domain: 'cluster.local' }, shared: false, egress: true };

/** `"false"` on a pod takes its outgoing traffic away. */
export const EGRESS_ANNOTATION = 'interlink.eu/egress';

/** Whether a pod reaches anything beyond its network and the host. It can only do without what its node gives. */
export function hasEgress({ metadata }: Pod, { egress }: NetworkPolicy): boolean {
  return egress && metadata.annotations?.[EGRESS_ANNOTATION] !== 'false';
}
