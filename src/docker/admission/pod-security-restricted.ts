import { type Pod, podSecurityOf, type PodSecurityContext, type SecurityContext } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, over } from './findings.js';

/** `hostPath` has been looked at before. A volume without a source is an empty directory. */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret', 'hostPath', 'name'];

/** What the level `restricted` asks for beyond `baseline`. */
export function* checkRestricted(pod: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  for (const [index, volume] of (pod.spec.volumes ?? []).entries()) {
    for (const [kind, source] of Object.entries(volume)) {
      if (source !== null && source !== undefined && !VOLUMES.includes(kind)) yield over(policy, `pod.spec.volumes[${index}].${kind}`, 'volumes of this kind are not for pods');
    }
  }
  const ofPod = podSecurityOf(pod);
  yield* checkUser(ofPod, 'pod.spec.securityContext', policy);
  for (const [{ securityContext: own = {} }, container] of containersWithPaths(pod)) {
    const path = `${container}.securityContext`;
    yield* checkUser(own, path, policy);
    yield* checkAsked(own, ofPod, path, policy);
    if (own.allowPrivilegeEscalation !== false) yield over(policy, `${path}.allowPrivilegeEscalation`, 'it must be false');
  }
}

function* checkUser({ runAsUser, runAsNonRoot }: SecurityContext | PodSecurityContext, path: string, policy: PodSecurityPolicy): Iterable<Finding> {
  if (runAsUser === 0) yield over(policy, `${path}.runAsUser`, 'it must not be root (0)');
  if (runAsNonRoot === false) yield over(policy, `${path}.runAsNonRoot`, 'it must be true');
}

/** What a container, or its pod for it, must say. */
function* checkAsked(own: SecurityContext, ofPod: PodSecurityContext, path: string, policy: PodSecurityPolicy): Iterable<Finding> {
  if ((own.runAsNonRoot ?? ofPod.runAsNonRoot) === undefined) yield over(policy, `${path}.runAsNonRoot`, 'it must be true, here or in the security context of the pod');
  if ((own.seccompProfile ?? ofPod.seccompProfile) === undefined) yield over(policy, `${path}.seccompProfile`, 'it must be RuntimeDefault or Localhost, here or in the security context of the pod');
}
