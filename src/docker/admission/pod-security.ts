import type { Pod } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';
import type { Finding } from './findings.js';
import { checkCapabilityLists } from './pod-security-capabilities.js';
import { checkConfinement } from './pod-security-confinement.js';
import { checkHostReach } from './pod-security-host.js';
import { checkRestricted } from './pod-security-restricted.js';

/**
 * What of a pod is over the level that the node's operator has set, by field. What an allow-list opens passes.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function* checkPodSecurity(pod: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  if (policy.level === 'privileged') return;
  yield* checkHostReach(pod, policy);
  yield* checkConfinement(pod, policy);
  yield* checkCapabilityLists(pod, policy);
  if (policy.level === 'restricted') yield* checkRestricted(pod, policy);
}
