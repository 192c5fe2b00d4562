import type { ContainerConfig, HostConfig } from '../../engine/index.js';
import { type Container, effectiveSecurityOf, type Pod } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { toCapabilities } from './security-capabilities.js';
import { toSecurityOptions } from './security-options.js';
import type { ContainerFacts } from './container-facts.js';
import { needsImageUser, toGroupAdd, toUser } from './security-user.js';

/** What the security contexts of a pod and of its container come to, the container's before the pod's. */
export function toContainerSecurity(pod: Pod, container: Container, { policy }: NodeTraits, facts: ContainerFacts): { User?: string; HostConfig: HostConfig } {
  const security = effectiveSecurityOf(pod, container);
  if (needsImageUser(security) && facts.imageUser === undefined) throw new Error(`nobody has looked for the user of the image of ${container.name}`);
  const user = toUser(security, facts.imageUser);
  const groups = toGroupAdd(pod);
  const options = toSecurityOptions(security, policy.podSecurity, facts.seccompProfile);
  return {
    ...(user !== undefined && { User: user }),
    HostConfig: {
      ...(groups.length > 0 && { GroupAdd: groups }),
      ...toCapabilities(security.capabilities),
      ...(security.privileged === true && { Privileged: true }),
      ...(security.readOnlyRootFilesystem === true && { ReadonlyRootfs: true }),
      ...(options.length > 0 && { SecurityOpt: options }),
      ...(security.procMount === 'Unmasked' && UNMASKED),
    },
  };
}

/** Empty lists, for without them the engine has lists of its own. */
const UNMASKED = { MaskedPaths: [], ReadonlyPaths: [] } satisfies ContainerConfig['HostConfig'];
