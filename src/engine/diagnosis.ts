import { Connection, type EngineAddress } from './connection.js';

/** What an engine says of itself that only a check of the whole site reads. */
export interface EngineDiagnosis {
  readonly version: string;
  /** Spoken: the oldest and the newest. */
  readonly minApiVersion: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly storageDriver: string;
  readonly dataRoot: string;
  readonly loggingDriver: string;
  readonly cgroupDriver: string;
  readonly cgroupVersion: string;
  readonly liveRestore: boolean;
  /** Limits that it can hold containers to. */
  readonly limits: { readonly memory: boolean; readonly swap: boolean; readonly cpu: boolean; readonly pids: boolean };
  readonly ipv4Forwarding: boolean;
  readonly runtimes: readonly string[];
  readonly cdi: boolean;
  /** As it writes them: `name=seccomp,profile=default`. */
  readonly securityOptions: readonly string[];
  /** Its own words. */
  readonly warnings: readonly string[];
  /** Its clock, RFC 3339. */
  readonly systemTime: string;
}

interface Version {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
}

interface Info {
  readonly Name: string;
  readonly OperatingSystem?: string;
  readonly Driver?: string;
  readonly DockerRootDir?: string;
  readonly LoggingDriver?: string;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
  readonly LiveRestoreEnabled?: boolean;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
  readonly IPv4Forwarding?: boolean;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly CDISpecDirs?: readonly string[] | null;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Warnings?: readonly string[] | null;
  readonly SystemTime?: string;
}

/** Asks an engine of any version. @throws EngineError; `Unavailable` has what kept the connection from being made in its causes */
export async function diagnoseEngine(address: EngineAddress, signal: AbortSignal): Promise<EngineDiagnosis> {
  const connection = new Connection(address);
  const version = (await connection.call({ method: 'GET', path: '/version', signal })) as Version;
  const info = (await connection.call({ method: 'GET', path: '/info', signal })) as Info;
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    minApiVersion: version.MinAPIVersion ?? '',
    name: info.Name,
    operatingSystem: info.OperatingSystem ?? '',
    storageDriver: info.Driver ?? '',
    dataRoot: info.DockerRootDir ?? '',
    loggingDriver: info.LoggingDriver ?? '',
    cgroupDriver: info.CgroupDriver ?? '',
    cgroupVersion: info.CgroupVersion ?? '1',
    liveRestore: info.LiveRestoreEnabled === true,
    limits: { memory: info.MemoryLimit === true, swap: info.SwapLimit === true, cpu: info.CpuCfsQuota === true, pids: info.PidsLimit === true },
    ipv4Forwarding: info.IPv4Forwarding !== false,
    runtimes: Object.keys(info.Runtimes ?? {}),
    cdi: (info.CDISpecDirs ?? []).length > 0,
    securityOptions: info.SecurityOptions ?? [],
    warnings: info.Warnings ?? [],
    systemTime: info.SystemTime ?? '',
  };
}
