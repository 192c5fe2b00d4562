import { isNativeSidecar } from './containers.js';
import { toIpAddress } from './ip-addresses.js';
import type { Container, Pod } from './types.js';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A port of the host that a pod has. */
export interface HostPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly containerPort: number;
  /** Of the host; empty: any. */
  readonly address: string;
  /** Where the pod asks for it. */
  readonly path: string;
}

const ANY = ['', '0.0.0.0', '::'];

/**
 * The ports of the host that a pod has, of containers that live as long as it does. On the network of the host every port of a
 * container is one.
 * @param address where the pod names none
 */
export function hostPortsOf({ spec }: Pod, address = ''): readonly HostPort[] {
  const lasting = [
    ...(spec.initContainers ?? []).flatMap((container, index): [Container, string][] => (isNativeSidecar(container) ? [[container, `pod.spec.initContainers[${index}]`]] : [])),
    ...spec.containers.map((container, index): [Container, string] => [container, `pod.spec.containers[${index}]`]),
  ];
  return lasting.flatMap(([{ ports }, path]) =>
    (ports ?? []).flatMap(({ containerPort, hostPort, hostIP, protocol }, index) => {
      const port = hostPort || (spec.hostNetwork === true ? containerPort : 0);
      if (!port) return [];
      return [{ protocol: (protocol as Protocol | undefined) || 'TCP', port, containerPort, address: toIpAddress(hostIP) ?? address, path: `${path}.ports[${index}]` }];
    }),
  );
}

/** Whether an address of a port stands for all that the host has. */
export function isAnyAddress(address: string): boolean {
  return ANY.includes(address);
}

/** Whether not both can be had: the same port, on an address that both have. */
export function doCollide(a: HostPort, b: HostPort): boolean {
  return a.protocol === b.protocol && a.port === b.port && (a.address === b.address || isAnyAddress(a.address) || isAnyAddress(b.address));
}
