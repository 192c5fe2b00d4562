import { isHostNetwork, type PodRecord } from '../record/index.js';
import type { Place } from '../probes/index.js';

/** Where the probes and hooks of a pod go. */
export function probePlaceOf({ network }: PodRecord): Place {
  if (isHostNetwork(network)) return { address: network.ip };
  return { address: network.ip, network: { name: network.name, subnet: network.subnet } };
}
