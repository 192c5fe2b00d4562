import type { EngineInfo, EngineVersion } from '../../engine/index.js';

/** What the engine behind this node can do, asked at every connect: it may have been replaced by a newer one. */
export interface EngineAbilities extends Pick<EngineInfo, 'cpus' | 'memoryBytes' | 'osType' | 'cgroupVersion' | 'runtimes' | 'securityOptions' | 'cdi'> {
  /** Spoken between the two, e.g. `1.41`. */
  readonly apiVersion: string;
  /** Whether a container may be the last that the kernel ends for want of memory: not every engine may say so. */
  readonly negativeOomScores: boolean;
}

/** Of an engine that has not been reached yet. */
export const NO_ABILITIES: EngineAbilities = { apiVersion: '1.41', cpus: 0, memoryBytes: 0, osType: 'linux', cgroupVersion: '1', runtimes: [], securityOptions: [], cdi: false, negativeOomScores: false };

export function toAbilities({ apiVersion }: EngineVersion, { cpus, memoryBytes, osType, cgroupVersion, runtimes, securityOptions, cdi }: EngineInfo): EngineAbilities {
  return { apiVersion, cpus, memoryBytes, osType, cgroupVersion, runtimes, securityOptions, cdi, negativeOomScores: false };
}

/** From this version of its API on the engine finds a part of a volume without leaving it; before, it mounts everything. */
export const SUBPATH_API = 45;
/** From this one on it can make what is mounted below a read-only directory read-only, too. */
export const RECURSIVE_READ_ONLY_API = 44;
/** From this one on it mounts images. */
export const IMAGE_MOUNT_API = 48;

/** Whether version `1.<minor>` of the engine's API, or a later one, is spoken. */
export function speaksApi({ apiVersion }: EngineAbilities, minor: number): boolean {
  return Number(apiVersion.split('.')[1]) >= minor;
}

/** Whether the engine lists a security option: `seccomp`, `apparmor`, `selinux`, `userns`. */
export function hasSecurityOption({ securityOptions }: EngineAbilities, name: string): boolean {
  return securityOptions.some((option) => option.name === name);
}
