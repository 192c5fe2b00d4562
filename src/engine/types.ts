import type { Duplex, Readable } from 'node:stream';
import type { ContainerConfig, DeviceMapping, DeviceRequest, EndpointConfig } from './create-options.js';
import type { ImageDetails, ImageSummary, ImageUsage, OnPullLine, PullRequest } from './image-types.js';

export type EngineState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** ContainerInspect, the part we read. Times are RFC 3339; the year 1 means "never". */
export interface ContainerDetails {
  readonly Id: string;
  /** With the engine's leading slash. */
  readonly Name: string;
  readonly Created: string;
  /** Image id (`sha256:…`). */
  readonly Image: string;
  readonly State: {
    readonly Status: EngineState;
    readonly ExitCode: number;
    readonly Error: string;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Pid?: number;
  };
  readonly Config: {
    readonly Image: string;
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Tty: boolean;
  };
  /** Commands that run in it, or have just ended. */
  readonly ExecIDs?: readonly string[] | null;
  readonly Mounts: readonly { readonly Source?: string; readonly Destination: string }[];
  /** Nothing where it was not asked for. */
  readonly HostConfig?: {
    readonly Memory?: number;
    readonly CpuShares?: number;
    readonly Devices?: readonly DeviceMapping[] | null;
    readonly DeviceRequests?: readonly (Omit<DeviceRequest, 'DeviceIDs'> & { readonly DeviceIDs: readonly string[] | null })[] | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string; readonly NetworkID: string }>> | null;
  };
}

/** One row of ContainerList. */
export interface ContainerSummary {
  readonly Id: string;
  /** With the engine's leading slash. */
  readonly Names: readonly string[];
  readonly State: EngineState;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface VolumeSummary {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly CreatedAt: string;
}

export interface VolumeDetails extends VolumeSummary {
  /** Path of its files on the engine's host. */
  readonly Mountpoint: string;
}

/** What the engine tells of a file without reading it. */
export interface PathStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'socket' | 'charDevice' | 'blockDevice' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

export interface NewNetwork {
  readonly name: string;
  /** CIDR. */
  readonly subnet: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What is on it reaches the host, and nothing beyond. */
  readonly internal?: boolean;
}

export interface NetworkSummary {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Labels: Readonly<Record<string, string>>;
  /** Whether what is on it reaches nothing beyond the host. */
  readonly Internal: boolean;
  /** IPv4 subnets in CIDR form. */
  readonly Subnets: readonly string[];
  /** Number of running containers on it, known by inspect only. */
  readonly Endpoints?: number;
}

export interface EngineVersion {
  /** Of the engine, e.g. `20.10.24`. */
  readonly version: string;
  /** Spoken from now on: the lower of what both sides know. */
  readonly apiVersion: string;
  /** `amd64`, `arm64`, … */
  readonly architecture: string;
}

export interface EngineInfo {
  readonly name: string;
  readonly id: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** `linux`, `windows`. */
  readonly osType: string;
  /** `1` or `2`. */
  readonly cgroupVersion: string;
  /** Its containers outlive it. */
  readonly liveRestore?: true;
  /** Names that a container may ask for. */
  readonly runtimes: readonly string[];
  /** Whether devices can be asked for by CDI names. */
  readonly cdi: boolean;
  /** Directory on the engine's host with all that is its own; empty where it does not say. */
  readonly dataRoot: string;
  /** What confines containers: `seccomp` with its default profile, `apparmor`, `selinux`, `userns`, `rootless`, `cgroupns`. */
  readonly securityOptions: readonly { readonly name: string; readonly profile?: string }[];
}

export interface DiskUsage {
  /** Bytes by volume name. */
  readonly volumes: ReadonlyMap<string, number>;
  /** Bytes that each container, by id, has written beside its image and its volumes. */
  readonly containers: ReadonlyMap<string, number>;
}

export type ContainerAction = 'create' | 'start' | 'die' | 'oom' | 'destroy' | 'rename' | 'pause' | 'unpause' | 'kill';

/** One message of the engine's event stream, of a container. */
export interface ContainerEvent {
  readonly action: ContainerAction;
  readonly containerId: string;
  /** Labels, name, image, exitCode, signal, oldName. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Date;
}

export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Lines from the end; absent means all. */
  readonly tail?: number;
  readonly since?: Date;
  readonly until?: Date;
}

/** A command to be run in a container that runs, beside its program; as the user, and where, the container's own is. */
export interface ExecRequest {
  readonly command: readonly string[];
  /** `NAME=value`, besides the container's own. */
  readonly env?: readonly string[];
  /** Whether what is written to its stream is its input; default: it has none. */
  readonly stdin?: boolean;
}

export interface RunningExec {
  readonly id: string;
  /**
   * What the command says, framed as a log is (see `demultiplex`), up to its end; writing is its input. Destroying it closes
   * the connection, and the command runs on.
   */
  readonly stream: Duplex;
}

export interface ExecState {
  readonly running: boolean;
  /** Of one that has ended. 126 or 127: there is no such command. */
  readonly exitCode?: number;
}

export interface QueuedCalls {
  /** Starts of containers. */
  readonly starts: number;
  /** Starts of commands in containers. */
  readonly execs: number;
  /** All other short calls. */
  readonly calls: number;
}

/** Makes a call, or rejects in its place. */
export type Guard = <T>(act: () => Promise<T>) => Promise<T>;

/**
 * The Docker Engine as this project uses it; the only door to it. Every call rejects with `EngineError`, whose tag says
 * what happened; "already so" (304 on start and stop) is success. Every call ends when `signal` is aborted.
 * @see https://docs.docker.com/reference/api/engine/
 */
export interface Engine {
  /**
   * The same engine, each of whose calls that change something is made by `guard`, once its turn has come: nothing but the way to the
   * engine lies between them. Reading, waiting and the fetching of images are made as ever.
   */
  guarded(guard: Guard): Engine;
  /** Calls that wait for their turn, now: of each kind only so many are made at a time. */
  queued(): QueuedCalls;
  /** Asks once which API both sides speak and uses that from then on. */
  version(signal?: AbortSignal): Promise<EngineVersion>;
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** Counts what lies on the engine's disk, which can take seconds. */
  diskUsage(signal?: AbortSignal): Promise<DiskUsage>;
  /**
   * Resolves when the engine takes new connections. One that is shutting down does not, but serves those it has for as long as
   * its containers need to stop. Rejects with `Unavailable`.
   */
  ping(signal?: AbortSignal): Promise<void>;

  /** @returns the container's id. `Conflict` when the name is taken; `NotFound` when the image is gone. */
  createContainer(name: string, config: ContainerConfig, signal?: AbortSignal): Promise<string>;
  startContainer(id: string, signal?: AbortSignal): Promise<void>;
  /** Sends the stop signal, after `graceSeconds` SIGKILL; resolves when the container has ended. */
  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  killContainer(id: string, killSignal: string, signal?: AbortSignal): Promise<void>;
  /** Removes by force; resolves when it is gone, whoever removes it. */
  removeContainer(id: string, signal?: AbortSignal): Promise<void>;
  /** A container that has the name already is success. */
  renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void>;
  inspectContainer(id: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** All containers, running or not, that carry every one of `labels` (`key=value`, or `key` alone). */
  listContainers(labels: readonly string[], signal?: AbortSignal): Promise<readonly ContainerSummary[]>;
  /** Resolves with the exit code of a container that was started, as soon as it has ended. Bound it by `signal`. */
  waitContainer(id: string, signal: AbortSignal): Promise<number>;
  /** What lies at a path, as the container sees it, whether it runs or not; the last link is not followed. */
  statPath(id: string, path: string, signal?: AbortSignal): Promise<PathStat>;
  /** What lies at a path, as a tar, as it comes; destroying it closes the connection. Costs the engine far more than `statPath`. */
  getArchive(id: string, path: string, signal?: AbortSignal): Promise<Readable>;
  /** Unpacks a tar at `path`. */
  putArchive(id: string, path: string, tar: Readable | Buffer, signal?: AbortSignal): Promise<void>;
  /**
   * The raw log as the engine frames it (multiplexed unless the container has a terminal), with back-pressure. Without
   * follow it ends by itself; destroying it closes the connection.
   */
  containerLogs(id: string, query: LogQuery, signal?: AbortSignal): Promise<Readable>;

  /**
   * Runs a command in a container. `Conflict` when that does not run. An `Aborted` or `Unavailable` one may have been started all the
   * same: nothing but its own end, or a kill of its process, ends it.
   */
  startExec(containerId: string, request: ExecRequest, signal?: AbortSignal): Promise<RunningExec>;
  /** `NotFound` some minutes after its end. */
  inspectExec(id: string, signal?: AbortSignal): Promise<ExecState>;

  /** Makes a volume that no container has yet; one that is there keeps its labels, and is success. */
  createVolume(name: string, labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void>;
  inspectVolume(name: string, signal?: AbortSignal): Promise<VolumeDetails>;
  listVolumes(labels: readonly string[], signal?: AbortSignal): Promise<readonly VolumeSummary[]>;
  /** A volume that is gone is success; `Conflict` while a container uses it. */
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;

  /** With CheckDuplicate. `Conflict` when the name exists, `Forbidden` when the subnet overlaps another. */
  createNetwork(network: NewNetwork, signal?: AbortSignal): Promise<string>;
  /** By name or id, with the number of endpoints. */
  inspectNetwork(name: string, signal?: AbortSignal): Promise<NetworkSummary>;
  listNetworks(labels: readonly string[], signal?: AbortSignal): Promise<readonly NetworkSummary[]>;
  /**
   * Takes a container that does not run off the network of this name and puts it on again: one that died holds the id of a
   * network that may have been removed and made again since.
   */
  reattachNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void>;
  /** Puts a container on one more network, also while it runs. */
  joinNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void>;
  /** Takes it off again; one that is not on it is success. */
  leaveNetwork(name: string, containerId: string, signal?: AbortSignal): Promise<void>;
  /** A network that is gone is success. */
  removeNetwork(name: string, signal?: AbortSignal): Promise<void>;

  inspectImage(name: string, signal?: AbortSignal): Promise<ImageDetails>;
  /** Whatever is wrong with the registry, the image or the login is `Failed` or `NotFound`, in the registry's own words. */
  pullImage(request: PullRequest, onLine: OnPullLine, signal?: AbortSignal): Promise<void>;
  listImages(signal?: AbortSignal): Promise<readonly ImageSummary[]>;
  /** Counts what images take, which can take seconds. */
  imageUsage(signal?: AbortSignal): Promise<ImageUsage>;
  /** Gives an image one more name, or the same again, which renews its `LastTagTime`. */
  tagImage(image: string, repository: string, tag: string, signal?: AbortSignal): Promise<void>;
  /**
   * By name: takes that name away, and with the last name the image. By id: all of it. One that is gone is success; `Conflict` for the
   * last name and for an id while any container is made of it, and for an id with names in several repositories.
   */
  removeImage(image: string, signal?: AbortSignal): Promise<void>;
  /** Makes an image of a root file system. */
  importImage(name: string, tar: Buffer, changes: readonly string[], signal?: AbortSignal): Promise<void>;

  /**
   * Container events with `label`, from now on, or from `since` as far as the engine has kept them. Resolves when the stream is open; `onEvent` is called in order; `onClose`
   * once when the stream has broken or ended, but not after `signal` was aborted.
   */
  watchEvents(label: string, onEvent: (event: ContainerEvent) => void, onClose: (error?: Error) => void, signal: AbortSignal, since?: Date): Promise<void>;
}
