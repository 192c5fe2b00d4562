import type { Container, Pod } from '../../kube/index.js';
import { findAllowedHostPath, type PodSecurityPolicy } from '../node/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, over, quoted } from './findings.js';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** What of the host a pod would get, or have somebody else reach: namespaces, directories, ports, addresses. */
export function* checkHostReach(pod: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  const { hostNetwork, hostPID, hostIPC } = pod.spec;
  const namespaces = { hostPID, hostIPC, hostNetwork: hostNetwork && !policy.allowed.hostNetwork };
  for (const [field, isSet] of Object.entries(namespaces)) {
    if (isSet) yield over(policy, `pod.spec.${field}`, 'namespaces of the host are not for pods');
  }
  for (const [index, { hostPath }] of (pod.spec.volumes ?? []).entries()) {
    if (hostPath && findAllowedHostPath(policy, hostPath.path) === undefined) {
      yield over(policy, `pod.spec.volumes[${index}].hostPath`, `${quoted(hostPath.path)} is not below a directory of the host that is for pods`);
    }
  }
  for (const [container, path] of containersWithPaths(pod)) {
    // Who has the network of the host has every port of it.
    if (hostNetwork !== true || !policy.allowed.hostNetwork) yield* checkPorts(container, path, policy);
    yield* checkAddresses(container, path, policy);
  }
}

function* checkPorts({ ports }: Container, path: string, policy: PodSecurityPolicy): Iterable<Finding> {
  const { hostPorts: range, hostAddress } = policy.allowed;
  for (const [index, { hostPort, hostIP }] of (ports ?? []).entries()) {
    if (!hostPort) continue;
    const field = `${path}.ports[${index}]`;
    if (range === undefined || hostPort < range.first || hostPort > range.last) yield over(policy, `${field}.hostPort`, `${quoted(hostPort)} is not a port of the host that is for pods`);
    else if (hostIP && hostAddress !== undefined && hostIP !== hostAddress) yield over(policy, `${field}.hostIP`, `${quoted(hostIP)} is not the address of the host that is for pods`);
  }
}

/** A probe with an address of its own makes the node knock at somebody else's door. */
function* checkAddresses(container: Container, path: string, policy: PodSecurityPolicy): Iterable<Finding> {
  const handlers = [
    ...PROBES.map((probe) => [probe, container[probe]] as const),
    ...HOOKS.map((hook) => [`lifecycle.${hook}`, container.lifecycle?.[hook]] as const),
  ];
  for (const [field, handler] of handlers) {
    for (const kind of ['httpGet', 'tcpSocket'] as const) {
      const host = handler?.[kind]?.host;
      if (host) yield over(policy, `${path}.${field}.${kind}.host`, `${quoted(host)}: probes and hooks are for the pod itself`);
    }
  }
}
