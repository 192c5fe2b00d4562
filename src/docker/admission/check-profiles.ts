import type { AppArmorProfile, SeccompProfile, SELinuxOptions } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const TYPES = ['RuntimeDefault', 'Localhost', 'Unconfined'];
/** Without the signs by which AppArmor joins profiles and goes into other namespaces: the way out would be a name too. */
const APPARMOR_NAME = /^[A-Za-z0-9_./@+-]{1,4095}$/;
const SELINUX_VALUE = /^[A-Za-z0-9_.:,-]{1,255}$/;

interface Confinement {
  readonly seccompProfile?: SeccompProfile;
  readonly appArmorProfile?: AppArmorProfile;
  readonly seLinuxOptions?: SELinuxOptions;
}

/** Profiles and labels of a security context, the pod's or a container's. */
export function* checkProfiles({ seccompProfile, appArmorProfile, seLinuxOptions }: Confinement, path: string): Iterable<Finding> {
  yield* checkProfile(seccompProfile, `${path}.seccompProfile`, reasonToRefuseFile);
  yield* checkProfile(appArmorProfile, `${path}.appArmorProfile`, reasonToRefuseName);
  for (const [name, value] of Object.entries(seLinuxOptions ?? {})) {
    if (value && !SELINUX_VALUE.test(String(value))) yield invalid(`${path}.seLinuxOptions.${name}`, `${quoted(value)} cannot be part of a label`);
  }
}

function* checkProfile(profile: SeccompProfile | AppArmorProfile | undefined, path: string, reasonToRefuse: (name: string) => string | undefined): Iterable<Finding> {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  if (!TYPES.includes(type)) yield invalid(`${path}.type`, `${quoted(type)} is not one of ${TYPES.join(', ')}`);
  if (type !== 'Localhost') {
    if (localhostProfile) yield invalid(`${path}.localhostProfile`, 'it is only for the type Localhost');
    return;
  }
  const why = reasonToRefuse(localhostProfile ?? '');
  if (why !== undefined) yield invalid(`${path}.localhostProfile`, `${quoted(localhostProfile ?? '')} ${why}`);
}

/** A file below the directory of profiles. */
function reasonToRefuseFile(name: string): string | undefined {
  if (name === '') return 'is not the name of a profile';
  if (name.startsWith('/')) return 'is not a path below the directory of profiles';
  if (name.split('/').includes('..')) return 'must not contain ".."';
  return name.includes('\0') ? 'contains a NUL byte' : undefined;
}

/** A profile that the engine's host has loaded. */
function reasonToRefuseName(name: string): string | undefined {
  return APPARMOR_NAME.test(name) && name !== 'unconfined' ? undefined : 'is not the name of a profile';
}
