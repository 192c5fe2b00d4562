import type { ContainerConfig, HostConfig } from '../../engine/index.js';
import { type Container, type HostPort, hostPortsOf, type Pod, podIdentity, toResolution } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { isHostNetwork, type PodRecord } from '../record/index.js';

type OwnerConfig = Pick<ContainerConfig, 'Hostname' | 'Domainname' | 'ExposedPorts' | 'HostConfig' | 'NetworkingConfig'>;

/** What the owner of the pod's network namespace carries: its address, its names, whom it knows by name, its ports. */
export function ownNamespaces(record: PodRecord, containers: readonly Container[], { policy }: NodeTraits): OwnerConfig {
  const { pod, network } = record;
  const { name, ip, aliases } = network;
  const names = { ...toExtraHosts(pod), ...toDns(record, policy.network) };
  // The host's name goes with its network.
  if (isHostNetwork(network)) return { HostConfig: { NetworkMode: name, ...names } };
  const { hostname, domain } = podIdentity(pod, policy.network.dns.domain);
  const ports = toExposedPorts(containers);
  return {
    Hostname: hostname,
    ...(domain !== undefined && { Domainname: domain }),
    ...(ports.length > 0 && { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) }),
    HostConfig: { NetworkMode: name, ...names, ...toPortBindings(hostPortsOf(pod, policy.podSecurity.allowed.hostAddress)) },
    NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: ip }, Aliases: aliases } } },
  };
}

/** `80/tcp`: informational, nothing is published by it. */
function toExposedPorts(containers: readonly Container[]): string[] {
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.map(({ containerPort, protocol }) => `${containerPort}/${(protocol ?? 'TCP').toLowerCase()}`);
}

function toPortBindings(ports: readonly HostPort[]): Pick<HostConfig, 'PortBindings'> {
  if (ports.length === 0) return {};
  const groups = Map.groupBy(ports, ({ containerPort, protocol }) => `${containerPort}/${protocol.toLowerCase()}`);
  return { PortBindings: Object.fromEntries([...groups].map(([port, group]) => [port, group.map(({ address, port: hostPort }) => ({ HostIp: address, HostPort: String(hostPort) }))])) };
}

function toExtraHosts({ spec }: Pod): Pick<HostConfig, 'ExtraHosts'> {
  const hosts = (spec.hostAliases ?? []).flatMap(({ ip, hostnames }) => (hostnames ?? []).map((hostname) => `${hostname}:${ip}`));
  return hosts.length === 0 ? {} : { ExtraHosts: hosts };
}

/**
 * Where nothing listens. The engine asks the servers of a network's containers from inside of them, but some of the host's from the
 * host itself: names would be a way out.
 */
const NO_SERVER = ['127.0.0.1'];

/** A list that is left out is the host's. What a pod must not have of the host is none. */
function toDns({ pod, network }: PodRecord, { dns }: NodeTraits['policy']['network']): Pick<HostConfig, 'Dns' | 'DnsSearch' | 'DnsOptions'> {
  const resolution = toResolution(pod, dns);
  const { searches, options } = resolution;
  const own = pod.spec.dnsConfig?.nameservers ?? [];
  const nameservers = network.internal !== true ? resolution.nameservers : own.length > 0 ? own : NO_SERVER;
  const ownSearches = nameservers.length > 0 && searches.length === 0 && pod.spec.dnsPolicy === 'None' ? ['.'] : searches;
  return {
    ...(nameservers.length > 0 && { Dns: nameservers }),
    ...(ownSearches.length > 0 && { DnsSearch: ownSearches }),
    ...(options.length > 0 && { DnsOptions: options }),
  };
}
