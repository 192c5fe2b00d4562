import type { ClusterDns } from '../../kube/index.js';

/** What the operator says about the network of pods. */
export interface NetworkPolicy {
  /** Its servers, as far as pods here reach them; without one, names are resolved as the engine's host does. */
  readonly dns: ClusterDns;
}

/** Of a configuration that says nothing. */
export const DEFAULT_NETWORK_POLICY: NetworkPolicy = { dns: { servers: [], domain: 'cluster.local' } };
