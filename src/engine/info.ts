import type { EngineInfo } from './types.js';

/** Answer to `GET /info`, the part that is read. */
export interface InspectedEngine {
  readonly Name: string;
  readonly ID: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  /** `linux`. */
  readonly OSType?: string;
  /** `1` or `2`. */
  readonly CgroupVersion?: string;
  readonly LiveRestoreEnabled?: boolean;
  /** By name. */
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  /** Empty where the engine does not know CDI, or has it switched off. */
  readonly CDISpecDirs?: readonly string[] | null;
  readonly DockerRootDir?: string;
  /** `name=seccomp,profile=default` */
  readonly SecurityOptions?: readonly string[] | null;
}

export function toInfo(info: InspectedEngine): EngineInfo {
  return {
    name: info.Name,
    id: info.ID,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    osType: info.OSType ?? 'linux',
    cgroupVersion: info.CgroupVersion ?? '1',
    ...(info.LiveRestoreEnabled === true && { liveRestore: true }),
    runtimes: Object.keys(info.Runtimes ?? {}),
    cdi: (info.CDISpecDirs ?? []).length > 0,
    dataRoot: info.DockerRootDir ?? '',
    securityOptions: (info.SecurityOptions ?? []).map(toSecurityOption),
  };
}

/** `name=seccomp,profile=default`; engines before the key-value form wrote `seccomp` alone. */
function toSecurityOption(text: string): EngineInfo['securityOptions'][number] {
  const entries = text.split(',').map((part) => part.split('='));
  const { name = text, profile } = Object.fromEntries(entries) as Partial<Record<string, string>>;
  return { name, ...(profile !== undefined && { profile }) };
}
