/** What the operator lends to pods, and holds them to. */
export interface ResourcePolicy {
  /** Lent instead of all that the engine has; millicores. */
  readonly cpuMilli?: number | undefined;
  /** Lent instead of all that the engine has. */
  readonly memoryBytes?: number | undefined;
  /** Disk for what containers and emptyDirs write; absent: it is not counted, for how much there is an engine does not say. */
  readonly ephemeralStorageBytes?: number | undefined;
  /** Most pods at a time. */
  readonly pods: number;
  /** Kept from pods, for the host itself; millicores. */
  readonly reservedCpuMilli: number;
  readonly reservedMemoryBytes: number;
  readonly extended: readonly ExtendedResource[];
  /** Most processes and threads of one container; absent: as many as the engine allows. */
  readonly pidsPerContainer?: number | undefined;
  /** Of `/dev/shm`; absent: the engine's default. */
  readonly shmSizeBytes?: number | undefined;
  /** Of every container. */
  readonly ulimits: readonly Ulimit[];
}

/** Resource limit of a process, by the name that `ulimit` and the engine have for it. -1: none. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** What is neither CPU nor memory: `nvidia.com/gpu`, `hugepages-2Mi`, a licence. */
export interface ExtendedResource {
  readonly name: string;
  /** Pieces; bytes of huge pages. */
  readonly capacity: number;
  /** Handed out one by one, each to one pod at a time. None: the resource is only counted. */
  readonly devices: readonly Device[];
}

/** One device of the host: named to a driver of the engine, or files below `/dev`. */
export type Device = { readonly id: string } & (
  | { readonly driver: 'nvidia' | 'cdi' }
  | { readonly driver: 'files'; readonly files: readonly DeviceFile[] }
);

export interface DeviceFile {
  readonly host: string;
  readonly container: string;
}

/** Of a configuration that says nothing. */
export const DEFAULT_RESOURCE_POLICY: ResourcePolicy = { pods: 110, reservedCpuMilli: 0, reservedMemoryBytes: 0, extended: [], ulimits: [] };
