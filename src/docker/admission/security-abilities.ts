import { effectiveSecurityOf, type Pod, podSecurityOf, type SecurityContext } from '../../kube/index.js';
import { type EngineAbilities, hasSecurityOption, type NodeTraits, toRuntime } from '../node/index.js';
import { containersWithPaths } from './container-paths.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Confinement that a pod asks for and that the engine does not have: it would run without, and nobody would know. */
export function* checkSecurityAbilities(pod: Pod, traits: NodeTraits): Iterable<Finding> {
  const { policy, abilities } = traits;
  const { runtimeClassName, hostUsers } = pod.spec;
  const runtime = runtimeClassName ? toRuntime(policy.podSecurity, runtimeClassName) : undefined;
  if (runtime !== undefined && !abilities.runtimes.includes(runtime)) {
    yield invalid('pod.spec.runtimeClassName', `${quoted(runtimeClassName)} is the runtime ${quoted(runtime)}, which the engine does not have`);
  }
  if (hostUsers === false && !hasSecurityOption(abilities, 'userns')) {
    yield invalid('pod.spec.hostUsers', 'the engine does not give containers users of their own (it runs without userns-remap)');
  }
  yield* checkProfiles(podSecurityOf(pod), 'pod.spec.securityContext', traits);
  for (const [container, path] of containersWithPaths(pod)) {
    const own = container.securityContext ?? {};
    yield* checkProfiles(own, `${path}.securityContext`, traits);
    // Asked for by an annotation, in the way of clusters before there was a field.
    const annotated = own.appArmorProfile === undefined && podSecurityOf(pod).appArmorProfile === undefined;
    if (annotated) yield* checkAppArmor(effectiveSecurityOf(pod, container), 'pod.metadata.annotations', abilities);
  }
}

type Profiles = Pick<SecurityContext, 'seccompProfile' | 'appArmorProfile' | 'seLinuxOptions'>;

function* checkProfiles(profiles: Profiles, path: string, { policy, abilities }: NodeTraits): Iterable<Finding> {
  yield* checkAppArmor(profiles, `${path}.appArmorProfile`, abilities);
  yield* checkSeccomp(profiles, `${path}.seccompProfile`, abilities);
  if (profiles.seccompProfile?.type === 'Localhost' && policy.podSecurity.seccompProfiles === undefined) {
    yield invalid(`${path}.seccompProfile.localhostProfile`, 'this node has no directory of profiles (PodSecurity.SeccompProfiles)');
  }
  if (Object.values(profiles.seLinuxOptions ?? {}).some(Boolean) && !hasSecurityOption(abilities, 'selinux')) {
    yield invalid(`${path}.seLinuxOptions`, 'the engine does not use SELinux');
  }
}

/** The default profile is what an engine with AppArmor gives, and none is what another one has. */
function* checkAppArmor({ appArmorProfile }: Profiles, path: string, abilities: EngineAbilities): Iterable<Finding> {
  if (appArmorProfile?.type === 'Localhost' && !hasSecurityOption(abilities, 'apparmor')) yield invalid(path, 'the engine does not use AppArmor');
}

function* checkSeccomp({ seccompProfile }: Profiles, path: string, { securityOptions }: EngineAbilities): Iterable<Finding> {
  if (seccompProfile === undefined || seccompProfile.type === 'Unconfined') return;
  const seccomp = securityOptions.find(({ name }) => name === 'seccomp');
  if (seccomp === undefined) yield invalid(path, 'the engine does not use seccomp');
  else if (seccompProfile.type === 'RuntimeDefault' && seccomp.profile === 'unconfined') yield invalid(path, "the engine's default profile confines nothing");
}
