import type { ContainerConfig } from '../../engine/index.js';
import { type Container, podHostname } from '../../kube/index.js';
import type { PodRecord } from '../record/index.js';

/** What the owner of the pod's network namespace carries: its address, its names, its ports. */
export function ownNamespaces(record: PodRecord, containers: readonly Container[]): Pick<ContainerConfig, 'Hostname' | 'ExposedPorts' | 'HostConfig' | 'NetworkingConfig'> {
  const { name, ip, aliases } = record.network;
  const ports = toExposedPorts(containers);
  return {
    Hostname: podHostname(record.pod),
    ...(ports.length > 0 && { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) }),
    HostConfig: { NetworkMode: name },
    NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: ip }, Aliases: aliases } } },
  };
}

/** `80/tcp`: informational, nothing is published by it. */
function toExposedPorts(containers: readonly Container[]): string[] {
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.map(({ containerPort, protocol }) => `${containerPort}/${(protocol ?? 'TCP').toLowerCase()}`);
}
