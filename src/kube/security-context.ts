import type * as core from 'kubernetes-types/core/v1.js';
import type { Container, Pod } from './types.js';

export type SecurityContext = core.SecurityContext;
export type AppArmorProfile = core.AppArmorProfile;
export type SeccompProfile = core.SeccompProfile;
export type SELinuxOptions = core.SELinuxOptions;

/** With what came after the types' version. */
export interface PodSecurityContext extends core.PodSecurityContext {
  /** `Merge` or `Strict`. */
  readonly supplementalGroupsPolicy?: string;
}

/** How AppArmor profiles were named before there was a field. */
export const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

export function podSecurityOf({ spec }: Pod): PodSecurityContext {
  return spec.securityContext ?? {};
}

/**
 * What holds for one container: its own settings, over those of its pod.
 * @see Kubernetes, securitycontext.DetermineEffectiveSecurityContext
 */
export function effectiveSecurityOf(pod: Pod, container: Container): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, seccompProfile, appArmorProfile } = podSecurityOf(pod);
  const ofPod = { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, seccompProfile, appArmorProfile: annotatedProfileOf(pod, container) ?? appArmorProfile };
  return { ...definedOnly(ofPod), ...definedOnly(container.securityContext ?? {}) };
}

function annotatedProfileOf({ metadata }: Pod, { name }: Container): AppArmorProfile | undefined {
  const value = metadata.annotations?.[APPARMOR_ANNOTATION + name];
  if (value === 'runtime/default') return { type: 'RuntimeDefault' };
  if (value === 'unconfined') return { type: 'Unconfined' };
  return value?.startsWith('localhost/') ? { type: 'Localhost', localhostProfile: value.slice('localhost/'.length) } : undefined;
}

/** What is not set must not hide what is. */
function definedOnly(context: { readonly [Field in keyof SecurityContext]: SecurityContext[Field] | undefined }): SecurityContext {
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined && value !== null));
}
