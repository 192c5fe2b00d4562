import { APPARMOR_ANNOTATION, type Pod, podSecurityOf, type PodSecurityContext, type SecurityContext, toSysctlName } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, over, quoted } from './findings.js';

const PROFILES = ['RuntimeDefault', 'Localhost'];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];

/** What of the engine's confinement a pod would take off: privileged containers, profiles, labels, masks of /proc, kernel settings. */
export function* checkConfinement(pod: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  yield* checkContext(podSecurityOf(pod), 'pod.spec.securityContext', policy);
  yield* checkSysctls(podSecurityOf(pod), policy);
  yield* checkAnnotations(pod, policy);
  for (const [{ securityContext: security = {} }, container] of containersWithPaths(pod)) {
    const path = `${container}.securityContext`;
    yield* checkContext(security, path, policy);
    if (security.privileged) yield over(policy, `${path}.privileged`, 'privileged containers own the host');
    if (security.procMount && security.procMount !== 'Default') yield over(policy, `${path}.procMount`, 'an unmasked /proc reaches the host');
  }
}

function* checkContext({ seccompProfile, appArmorProfile, seLinuxOptions }: PodSecurityContext | SecurityContext, path: string, policy: PodSecurityPolicy): Iterable<Finding> {
  for (const [field, profile] of Object.entries({ seccompProfile, appArmorProfile })) {
    if (profile && !PROFILES.includes(profile.type)) yield over(policy, `${path}.${field}.type`, `${quoted(profile.type)} is not one of ${PROFILES.join(', ')}`);
  }
  const { type = '', user, role } = seLinuxOptions ?? {};
  if (!SELINUX_TYPES.includes(type)) yield over(policy, `${path}.seLinuxOptions.type`, `${quoted(type)} is not a type for containers`);
  for (const [field, value] of Object.entries({ user, role })) {
    if (value) yield over(policy, `${path}.seLinuxOptions.${field}`, 'it is not for pods to say');
  }
}

function* checkSysctls({ sysctls }: PodSecurityContext, policy: PodSecurityPolicy): Iterable<Finding> {
  const allowed = [...SAFE_SYSCTLS, ...policy.allowed.sysctls];
  for (const [index, { name }] of (sysctls ?? []).entries()) {
    const dotted = toSysctlName(String(name));
    const isAllowed = allowed.some((one) => (one.endsWith('*') ? dotted.startsWith(one.slice(0, -1)) : dotted === one));
    if (!isAllowed) yield over(policy, `pod.spec.securityContext.sysctls[${index}].name`, `${quoted(name)} is not one of the kernel settings that are for pods`);
  }
}

function* checkAnnotations({ metadata }: Pod, policy: PodSecurityPolicy): Iterable<Finding> {
  for (const [name, value] of Object.entries(metadata.annotations ?? {})) {
    const isAllowed = /^(runtime\/default|localhost\/.*)?$/.test(String(value));
    if (name.startsWith(APPARMOR_ANNOTATION) && !isAllowed) yield over(policy, `pod.metadata.annotations[${quoted(name)}]`, `${quoted(value)} is not one of runtime/default, localhost/…`);
  }
}
