import { type AppArmorProfile, type SeccompProfile, type SecurityContext, type SELinuxOptions, toCapability } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';

/**
 * What confines a container's programs, as the engine's list of options. The runtime's default profile is what the engine takes
 * when none is named.
 * @param seccompText the profile that the container names, if it does
 */
export function toSecurityOptions(security: SecurityContext, policy: PodSecurityPolicy, seccompText: string | undefined): string[] {
  return [
    ...(isEscalationBarred(security, policy) ? ['no-new-privileges'] : []),
    ...toSeccomp(security.seccompProfile, seccompText),
    ...toAppArmor(security.appArmorProfile),
    ...toSELinux(security.seLinuxOptions),
  ];
}

/** As in Kubernetes, one that is privileged or may administer the system asks for it by that. */
function isEscalationBarred({ allowPrivilegeEscalation, privileged, capabilities }: SecurityContext, { noNewPrivileges }: PodSecurityPolicy): boolean {
  if (allowPrivilegeEscalation !== undefined) return !allowPrivilegeEscalation;
  const asksByOther = privileged === true || (capabilities?.add ?? []).map(toCapability).includes('SYS_ADMIN');
  return noNewPrivileges && !asksByOther;
}

function toSeccomp(profile: SeccompProfile | undefined, text: string | undefined): string[] {
  if (profile?.type === 'Unconfined') return ['seccomp=unconfined'];
  return profile?.type === 'Localhost' && text !== undefined ? [`seccomp=${text}`] : [];
}

function toAppArmor(profile: AppArmorProfile | undefined): string[] {
  if (profile?.type === 'Unconfined') return ['apparmor=unconfined'];
  return profile?.type === 'Localhost' ? [`apparmor=${profile.localhostProfile ?? ''}`] : [];
}

/** Of a pod's options, the part that is its sandbox's too. */
export function toSELinux(options: SELinuxOptions | undefined): string[] {
  const { user, role, type, level } = options ?? {};
  return Object.entries({ user, role, type, level }).flatMap(([name, value]) => (value ? [`label=${name}:${value}`] : []));
}
