import type { Pod } from '../../kube/index.js';
import type { DeliveredObjects } from '../../wire/index.js';
import type { NodePolicy, NodeTraits } from '../node/index.js';
import { checkContainer } from './check-container.js';
import { checkDns } from './check-dns.js';
import { checkEgress } from './check-egress.js';
import { checkHostnames } from './check-hostnames.js';
import { checkMesh } from './check-mesh.js';
import { checkNames } from './check-names.js';
import { checkPod } from './check-pod.js';
import { checkPorts } from './check-ports.js';
import { checkPullSecrets } from './check-pull-secrets.js';
import { checkSecurity } from './check-security.js';
import { checkVolumes } from './check-volumes.js';
import { checkPodResources, checkResources } from './check-resources.js';
import { FIELDS } from './fields.js';
import { type Finding, toVerdict } from './findings.js';
import { checkPodSecurity } from './pod-security.js';
import { FieldWalk } from './walk.js';

/**
 * Lets a pod pass that can run here as its spec says.
 * @param delivered what came with it; absent: nothing
 * @returns what is accepted without its effect, a sentence each, beginning with the field's path
 * @throws ProviderError `InvalidPod`, or `Forbidden` for what is over the level of the node, naming every field in the way
 */
export function admit(pod: Pod, node: NodeTraits, delivered?: DeliveredObjects): { warnings: string[] } {
  return toVerdict([...examine(pod, node), ...checkPullSecrets(pod, delivered)], node.policy);
}

/** All that must be said about a pod by itself. */
export function examine(pod: Pod, { policy }: NodeTraits): Finding[] {
  const walk = new FieldWalk(FIELDS);
  walk.members(pod.spec, 'pod.spec', 'spec');
  return [...walk.findings, ...checkValues(pod, policy), ...checkPodSecurity(pod, policy.podSecurity)];
}

function* checkValues(pod: Pod, policy: NodePolicy): Iterable<Finding> {
  yield* checkPod(pod);
  yield* checkNames(pod);
  yield* checkHostnames(pod, policy);
  yield* checkDns(pod, policy);
  yield* checkPorts(pod);
  yield* checkEgress(pod, policy);
  yield* checkMesh(pod, policy);
  yield* checkVolumes(pod, policy);
  yield* checkPodResources(pod);
  yield* checkSecurity(pod);
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (pod.spec[list] ?? []).entries()) {
      const path = `pod.spec.${list}[${index}]`;
      yield* checkContainer(container, path, pod, policy);
      yield* checkResources(container.resources, `${path}.resources`, policy);
    }
  }
}
