import { type Container, doCollide, type HostPort, hostPortsOf, isNativeSidecar, type Pod, toIpAddress } from '../../kube/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, invalid, quoted } from './findings.js';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** Ports of a pod's containers, and those of the host that they get. */
export function* checkPorts(pod: Pod): Iterable<Finding> {
  for (const [container, path] of containersWithPaths(pod)) yield* checkContainerPorts(container, path, pod.spec.hostNetwork === true);
  yield* checkInitPorts(pod);
  const seen: HostPort[] = [];
  for (const port of hostPortsOf(pod)) {
    const earlier = seen.find((other) => doCollide(port, other));
    if (earlier !== undefined) yield invalid(`${port.path}.${pod.spec.hostNetwork === true ? 'containerPort' : 'hostPort'}`, `${port.port}/${port.protocol} of the host is taken by ${earlier.path} already`);
    seen.push(port);
  }
}

/** A kubelet publishes none of these either. */
function* checkInitPorts({ spec }: Pod): Iterable<Finding> {
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    if (isNativeSidecar(container)) continue;
    for (const [at, { hostPort }] of (container.ports ?? []).entries()) {
      if (hostPort) yield { kind: 'warning', message: `pod.spec.initContainers[${index}].ports[${at}].hostPort: an init container that ends has no port of the host` };
    }
  }
}

function* checkContainerPorts({ ports }: Container, path: string, isOnHost: boolean): Iterable<Finding> {
  for (const [index, { containerPort, hostPort, hostIP, protocol }] of (ports ?? []).entries()) {
    const field = `${path}.ports[${index}]`;
    if (!isPort(containerPort)) yield invalid(`${field}.containerPort`, `${quoted(containerPort)} is not a port`);
    if (protocol && !PROTOCOLS.includes(protocol)) yield invalid(`${field}.protocol`, `${quoted(protocol)} is not one of ${PROTOCOLS.join(', ')}`);
    if (hostPort && !isPort(hostPort)) yield invalid(`${field}.hostPort`, `${quoted(hostPort)} is not a port`);
    else if (hostPort && isOnHost && hostPort !== containerPort) yield invalid(`${field}.hostPort`, `on the network of the host it must be the containerPort, ${quoted(containerPort)}`);
    if (hostIP && toIpAddress(hostIP) === undefined) yield invalid(`${field}.hostIP`, `${quoted(hostIP)} is not an IP address`);
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
