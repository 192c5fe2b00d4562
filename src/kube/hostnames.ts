import type { Pod } from './types.js';

/** Linux takes 64, Kubernetes leaves one for the end of the string. */
const LONGEST_HOSTNAME = 63;

/** A name as host name: cut to 63 characters that do not end in `-` or `.`, as the kubelet does. */
export function toHostname(name: string): string {
  return name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
}

/** A pod's host name: `spec.hostname`, else its own name. */
export function podHostname(pod: Pod): string {
  return toHostname(pod.spec.hostname ? pod.spec.hostname : pod.metadata.name);
}

/** Names under which other pods of the namespace find this one. */
export function networkAliases(pod: Pod): string[] {
  return [...new Set([toHostname(pod.metadata.name), podHostname(pod)])];
}
