import type { Pod } from './types.js';

/** Most of each that a pod may have, and that a resolver looks at. */
export const MOST_NAMESERVERS = 3;
export const MOST_SEARCHES = 32;

/** What a resolver is told: servers, domains that are tried behind a name, and options such as `ndots:5`. */
export interface Resolution {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** DNS of the cluster, where the node reaches it. */
export interface ClusterDns {
  readonly servers: readonly string[];
  /** `cluster.local` */
  readonly domain: string;
}

/** Where the servers of a pod come from. */
export type DnsBase = 'cluster' | 'node' | 'nobody';

/** A cluster's DNS that nobody has named is the node's, as with a kubelet; a pod on the network of its host asks for it by a name of its own. */
export function dnsBaseOf({ spec }: Pod, { servers }: ClusterDns): DnsBase {
  const policy = spec.dnsPolicy || 'ClusterFirst';
  if (policy === 'None') return 'nobody';
  const isForCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
  return isForCluster && servers.length > 0 ? 'cluster' : 'node';
}

/**
 * What a pod's resolver is told beside what its node's is: its policy's part, then its own.
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function toResolution(pod: Pod, cluster: ClusterDns): Resolution {
  const { nameservers, searches, options } = pod.spec.dnsConfig ?? {};
  const base = dnsBaseOf(pod, cluster) === 'cluster' ? ofCluster(pod, cluster) : NOTHING;
  const byName = new Map(base.options.map((option) => [nameOf(option), option]));
  for (const { name = '', value } of options ?? []) byName.set(name, value ? `${name}:${value}` : name);
  return {
    nameservers: [...new Set([...base.nameservers, ...(nameservers ?? [])])].slice(0, MOST_NAMESERVERS),
    searches: [...new Set([...base.searches, ...(searches ?? [])])].slice(0, MOST_SEARCHES),
    options: [...byName.values()],
  };
}

const NOTHING: Resolution = { nameservers: [], searches: [], options: [] };

function ofCluster({ metadata }: Pod, { servers, domain }: ClusterDns): Resolution {
  return { nameservers: servers, searches: [`${metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain], options: ['ndots:5'] };
}

function nameOf(option: string): string {
  return option.split(':')[0] ?? option;
}
