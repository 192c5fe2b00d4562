/** Body of the Docker Engine API's ContainerCreate (the part we write), minus the name. */
export interface ContainerConfig {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly HostConfig?: HostConfig;
  readonly NetworkingConfig?: { readonly EndpointsConfig: Readonly<Record<string, EndpointConfig>> };
}

export interface EndpointConfig {
  readonly IPAMConfig?: { readonly IPv4Address: string };
  readonly Aliases?: readonly string[];
}

export interface MountConfig {
  readonly Type: 'volume' | 'bind' | 'tmpfs' | 'image';
  /** Volume name, host path or image. */
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly DriverConfig?: { readonly Name: string; readonly Options: Readonly<Record<string, string>> };
    /** From API 1.45 on; an older engine ignores it and mounts everything. */
    readonly Subpath?: string;
  };
  readonly BindOptions?: {
    readonly Propagation?: 'rprivate' | 'rslave' | 'rshared';
    /** Without what is mounted below it. */
    readonly NonRecursive?: boolean;
    /** What is mounted below it is read-only as well, or the start fails. From API 1.44 on. */
    readonly ReadOnlyForceRecursive?: boolean;
  };
  /** From API 1.48 on. */
  readonly ImageOptions?: { readonly Subpath?: string };
}

export interface HostConfig {
  readonly NetworkMode?: string;
  /** By `port/protocol` of the container; an empty address is any. */
  readonly PortBindings?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;
  /** `name:address`; lines of `/etc/hosts`. */
  readonly ExtraHosts?: readonly string[];
  /** Addresses of servers; on a network of the engine its own server asks them. Absent: the host's. */
  readonly Dns?: readonly string[];
  /** Absent: the host's; `.` for none. */
  readonly DnsSearch?: readonly string[];
  readonly DnsOptions?: readonly string[];
  readonly PidMode?: string;
  readonly IpcMode?: string;
  /** `host` on an engine that maps users: not mapped. */
  readonly UsernsMode?: string;
  /** Name of one of the engine's runtimes. */
  readonly Runtime?: string;
  readonly RestartPolicy?: { readonly Name: 'no' };
  readonly LogConfig?: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  /** Bytes. */
  readonly Memory?: number;
  /** Bytes, memory and swap together. */
  readonly MemorySwap?: number;
  /** Microseconds. */
  readonly CpuPeriod?: number;
  /** Microseconds of CPU time a period. */
  readonly CpuQuota?: number;
  /** Weight against other containers. */
  readonly CpuShares?: number;
  /** -1000 to 1000; the highest is ended first for want of memory. */
  readonly OomScoreAdj?: number;
  readonly PidsLimit?: number;
  /** Bytes of /dev/shm. */
  readonly ShmSize?: number;
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly Devices?: readonly DeviceMapping[];
  /** `type major:minor access` of devices that the container may make. */
  readonly DeviceCgroupRules?: readonly string[];
  readonly DeviceRequests?: readonly DeviceRequest[];
  readonly CapDrop?: readonly string[];
  readonly CapAdd?: readonly string[];
  readonly SecurityOpt?: readonly string[];
  readonly Privileged?: boolean;
  /** Names or ids. */
  readonly GroupAdd?: readonly string[];
  readonly Sysctls?: Readonly<Record<string, string>>;
  /** Absent: the engine's own list. */
  readonly MaskedPaths?: readonly string[];
  /** Absent: the engine's own list. */
  readonly ReadonlyPaths?: readonly string[];
  readonly ReadonlyRootfs?: boolean;
  readonly Mounts?: readonly MountConfig[];
  /** `/path:/target:options`; a directory that is not there is made. */
  readonly Binds?: readonly string[];
  readonly Init?: boolean;
}

/** A device file of the host. */
export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  /** Of `r`, `w` and `m` (mknod). */
  readonly CgroupPermissions: string;
}

/** Devices that a driver of the engine brings in. */
export interface DeviceRequest {
  readonly Driver: string;
  readonly DeviceIDs: readonly string[];
  readonly Capabilities?: readonly (readonly string[])[];
}
