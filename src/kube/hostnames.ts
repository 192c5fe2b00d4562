import type { Pod } from './types.js';

/** Linux takes 64, Kubernetes leaves one for the end of the string. */
const LONGEST_HOSTNAME = 63;

/** A name as host name: cut to 63 characters that do not end in `-` or `.`, as the kubelet does. */
export function toHostname(name: string): string {
  return name.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
}

/** A pod's name on its network: `spec.hostname`, else its own name. */
export function podHostname(pod: Pod): string {
  return toHostname(pod.spec.hostname ? pod.spec.hostname : pod.metadata.name);
}

/** What stands behind the host name of a pod that has a subdomain: `<subdomain>.<namespace>.svc.<cluster domain>`. */
export function podDomain({ metadata, spec }: Pod, clusterDomain: string): string | undefined {
  return spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : undefined;
}

/** What a pod's containers take for their host name, and for its domain. */
export interface Identity {
  readonly hostname: string;
  readonly domain?: string;
}

/**
 * What a pod is called inside. A name that overrides is only that: others know the pod by the one that it has without.
 * @see kubelet, GeneratePodHostNameAndDomain
 */
export function podIdentity(pod: Pod, clusterDomain: string): Identity {
  const { hostnameOverride, setHostnameAsFQDN } = pod.spec;
  if (hostnameOverride) return { hostname: hostnameOverride };
  const [hostname, domain] = [podHostname(pod), podDomain(pod, clusterDomain)];
  if (domain === undefined) return { hostname };
  return setHostnameAsFQDN === true ? { hostname: `${hostname}.${domain}` } : { hostname, domain };
}

/** Names under which other pods on its network find this one. */
export function networkAliases(pod: Pod, clusterDomain: string): string[] {
  const [hostname, domain] = [podHostname(pod), podDomain(pod, clusterDomain)];
  const inDomain = domain === undefined ? [] : [`${hostname}.${pod.spec.subdomain}`, `${hostname}.${domain}`];
  return [...new Set([toHostname(pod.metadata.name), hostname, ...inDomain])];
}
