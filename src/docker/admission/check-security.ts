import { allContainers, effectiveSecurityOf, isCapability, namespaceOfSysctl, type Pod, podSecurityOf, type PodSecurityContext, type SecurityContext, toCapability, toSysctlName } from '../../kube/index.js';
import { containersWithPaths } from './container-paths.js';
import { checkProfiles } from './check-profiles.js';
import { type Finding, invalid, quoted } from './findings.js';

/** The largest id that Kubernetes takes. */
const LARGEST_ID = 2 ** 31 - 1;
const PROC_MOUNTS = ['Default', 'Unmasked'];
const GROUPS_POLICIES = ['Merge', 'Strict'];
const SYSCTL = /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)+$/;
const LONGEST_SYSCTL = 253;

/** Values of the security contexts, and what of them cannot be together. What is over the level is not looked at here. */
export function* checkSecurity(pod: Pod): Iterable<Finding> {
  const path = 'pod.spec.securityContext';
  const security = podSecurityOf(pod);
  yield* checkIds(security, path);
  yield* checkGroups(security, path, pod);
  yield* checkSysctls(security, path, pod);
  yield* checkProfiles(security, path);
  yield* checkNamespaces(pod);
  for (const [container, at] of containersWithPaths(pod)) yield* checkContainerSecurity(container.securityContext ?? {}, `${at}.securityContext`);
}

function* checkContainerSecurity(security: SecurityContext, path: string): Iterable<Finding> {
  const { allowPrivilegeEscalation, privileged, capabilities, procMount } = security;
  yield* checkIds(security, path);
  yield* checkProfiles(security, path);
  for (const list of ['add', 'drop'] as const) {
    for (const [index, name] of (capabilities?.[list] ?? []).entries()) {
      if (!isCapability(String(name))) yield invalid(`${path}.capabilities.${list}[${index}]`, `${quoted(name)} is not a capability`);
    }
  }
  if (procMount && !PROC_MOUNTS.includes(procMount)) yield invalid(`${path}.procMount`, `${quoted(procMount)} is not one of ${PROC_MOUNTS.join(', ')}`);
  const administers = (capabilities?.add ?? []).map(toCapability).includes('SYS_ADMIN');
  if (allowPrivilegeEscalation === false && (privileged === true || administers)) {
    yield invalid(`${path}.allowPrivilegeEscalation`, `it cannot be false in a container that ${privileged ? 'is privileged' : 'adds SYS_ADMIN'}`);
  }
}

function* checkIds(security: SecurityContext | PodSecurityContext, path: string): Iterable<Finding> {
  for (const field of ['runAsUser', 'runAsGroup'] as const) yield* checkId(security[field], `${path}.${field}`);
}

function* checkId(id: number | undefined, path: string): Iterable<Finding> {
  if (id !== undefined && !(Number.isInteger(id) && id >= 0 && id <= LARGEST_ID)) yield invalid(path, `${quoted(id)} is not an id from 0 to ${LARGEST_ID}`);
}

/** The engine leaves the groups of an image's user out where the group is named, and only there. */
function* checkGroups({ fsGroup, supplementalGroups, supplementalGroupsPolicy }: PodSecurityContext, path: string, pod: Pod): Iterable<Finding> {
  yield* checkId(fsGroup, `${path}.fsGroup`);
  for (const [index, group] of (supplementalGroups ?? []).entries()) yield* checkId(group, `${path}.supplementalGroups[${index}]`);
  const field = `${path}.supplementalGroupsPolicy`;
  if (supplementalGroupsPolicy && !GROUPS_POLICIES.includes(supplementalGroupsPolicy)) {
    yield invalid(field, `${quoted(supplementalGroupsPolicy)} is not one of ${GROUPS_POLICIES.join(', ')}`);
  }
  if (supplementalGroupsPolicy === 'Strict' && allContainers(pod).some((container) => effectiveSecurityOf(pod, container).runAsGroup === undefined)) {
    yield invalid(field, 'Strict needs a runAsGroup for every container: without one the engine adds the groups that the image has for the user');
  }
}

function* checkSysctls({ sysctls }: PodSecurityContext, path: string, { spec }: Pod): Iterable<Finding> {
  const taken = new Set<string>();
  for (const [index, { name, value }] of (sysctls ?? []).entries()) {
    const field = `${path}.sysctls[${index}]`;
    const namespace = namespaceOfSysctl(toSysctlName(String(name)));
    if (!SYSCTL.test(name) || name.length > LONGEST_SYSCTL) yield invalid(`${field}.name`, `${quoted(name)} is not the name of a kernel setting`);
    else if (taken.has(toSysctlName(name))) yield invalid(`${field}.name`, `${quoted(name)} comes twice`);
    else if (namespace === undefined) yield invalid(`${field}.name`, `${quoted(name)} is a setting of the whole host, not of a pod`);
    else if (namespace === 'network' ? spec.hostNetwork : spec.hostIPC) yield invalid(`${field}.name`, `${quoted(name)} cannot be set in a pod with the host's namespace`);
    if (typeof value !== 'string' || value.includes('\0')) yield invalid(`${field}.value`, 'it is not a text without NUL bytes');
    taken.add(toSysctlName(String(name)));
  }
}

/** @see Kubernetes, validation of PodSpec */
function* checkNamespaces({ spec }: Pod): Iterable<Finding> {
  const { hostPID, hostIPC, hostNetwork, hostUsers, shareProcessNamespace } = spec;
  if (hostPID && shareProcessNamespace) yield invalid('pod.spec.shareProcessNamespace', 'it cannot be set together with hostPID');
  const host = Object.entries({ hostPID, hostIPC, hostNetwork }).find(([, isSet]) => isSet);
  if (hostUsers === false && host !== undefined) yield invalid('pod.spec.hostUsers', `it cannot be false together with ${host[0]}`);
}
