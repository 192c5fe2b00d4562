import { ALL_CAPABILITIES, type Pod, toCapability } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, over, quoted } from './findings.js';

/** What containers may add, by level; at `restricted` they drop ALL, too. */
const MAY_ADD = {
  baseline: 'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
  restricted: ['NET_BIND_SERVICE'],
} as const;

/** Capabilities that containers add, and must drop. */
export function* checkCapabilityLists(pod: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  if (policy.level === 'privileged') return;
  const mayAdd = [...MAY_ADD[policy.level], ...policy.allowed.capabilities];
  for (const [{ securityContext }, container] of containersWithPaths(pod)) {
    const path = `${container}.securityContext.capabilities`;
    const { add = [], drop = [] } = securityContext?.capabilities ?? {};
    for (const [index, name] of add.entries()) {
      if (!mayAdd.includes(toCapability(String(name)))) yield over(policy, `${path}.add[${index}]`, `${quoted(name)} is not one of ${mayAdd.join(', ')}`);
    }
    if (policy.level === 'restricted' && !drop.map(toCapability).includes(ALL_CAPABILITIES)) yield over(policy, `${path}.drop`, 'it must have ALL in it');
  }
}
