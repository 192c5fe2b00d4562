import type { PodRecord } from '../record/index.js';
import type { Place } from '../probes/index.js';

/** Where the probes and hooks of a pod go. */
export function probePlaceOf({ pod, network }: PodRecord): Place {
  return { address: network.ip, network: { name: network.name, subnet: network.subnet, namespace: pod.metadata.namespace } };
}
