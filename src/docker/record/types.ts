import type { EngineState } from '../../engine/index.js';
import { allContainers, type LoginEntry, MESH_HELPER, type Pod } from '../../kube/index.js';
import type { Device } from '../node/index.js';
import type { PodVolume } from './pod-volume.js';

/** Format of the record this version writes. Every older one is read, for ever; a newer one is kept and not touched. */
export const RECORD_VERSION = 2;
/**
 * Of a pod whose network is not one that version 2 knows: a plugin that reads no more would make such a network for it. And of one with
 * variables out of files, which it would run without, or with a helper, of which it would tell as of a container of the pod.
 */
export const NETWORK_RECORD_VERSION = 3;

/** The engine's own name for having no network but its host's. */
export const HOST_NETWORK = 'host';

/**
 * All the plugin knows of a pod, written once into its sandbox container's environment.
 * File contents are not in it: the volumes have them.
 */
export interface PodRecord {
  readonly version: typeof RECORD_VERSION | typeof NETWORK_RECORD_VERSION;
  /** With resolved env values. */
  readonly pod: Pod;
  /** RFC 3339; when the pod was taken on. */
  readonly acceptedAt: string;
  readonly network: PodNetwork;
  /** Volumes of the pod, and used parts of them; the sandbox mounts them by their index here. */
  readonly volumes: readonly PodVolume[];
  /** Of volumes whose files lie in memory: what fills them again, under a key that the engine does not have. */
  readonly sealed?: string;
  /** Logins at registries that came with the pod, for its images. */
  readonly pullLogins?: PullLogins;
  /** Devices that its containers were given; absent where there are none. */
  readonly devices?: readonly PodDevice[];
}

/** A device of the host in a container, as it was when it was given: the configuration may say something else by now. */
export interface PodDevice {
  readonly container: string;
  /** It counts as one of this. */
  readonly resource: string;
  readonly device: Device;
}

/** Logins at registries: as env values lie in a record, or JSON of them under a key that the engine does not have. */
export type PullLogins = { readonly kind: 'plain'; readonly entries: readonly LoginEntry[] } | { readonly kind: 'sealed'; readonly text: string };

export interface PodNetwork {
  /** Engine network of the pod's namespace; `host`: the pod is on that of its host. */
  readonly name: string;
  /** CIDR; empty on the host's. */
  readonly subnet: string;
  /** The pod's fixed address; the host's, where the pod is on its network. */
  readonly ip: string;
  /** Names that resolve to it on the network. */
  readonly aliases: readonly string[];
  /** Present where the network reaches nothing beyond the host. */
  readonly internal?: true;
}

/** Whether a pod has no network of its own. */
export function isHostNetwork({ name }: Pick<PodNetwork, 'name'>): boolean {
  return name === HOST_NETWORK;
}

/** The oldest format that tells of a pod on this network all that there is. */
export function recordVersionOf(network: PodNetwork, pod: Pod): PodRecord['version'] {
  const hasHelper = allContainers(pod).some(({ name }) => name === MESH_HELPER);
  const hasFileVariables = allContainers(pod).some(({ env }) => env?.some(({ valueFrom }) => valueFrom?.fileKeyRef));
  return isHostNetwork(network) || network.internal === true || hasFileVariables || hasHelper ? NETWORK_RECORD_VERSION : RECORD_VERSION;
}

/** What the engine last said of one container of a pod. */
export interface ObservedContainer {
  readonly id: string;
  /** Engine name without the slash. */
  readonly engineName: string;
  /** Name in the pod's spec; `POD` for the sandbox. */
  readonly name: string;
  readonly attempt: number;
  readonly state: EngineState;
  readonly exitCode: number;
  /** The engine's words about a start that failed; empty otherwise. */
  readonly error: string;
  readonly oomKilled: boolean;
  /** RFC 3339; absent when it never ran. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly createdAt: string;
  readonly imageId: string;
  /** The image's name by digest in the repository that the container names: `repository@sha256:…`; absent where it has none there. */
  readonly repoDigest?: string;
  readonly tty: boolean;
  /** Signal number of an end that nobody here asked for; see `cache`. */
  readonly endedFromOutside?: number;
  /** What its program left as its last words; absent where it left none. */
  readonly terminationMessage?: string;
  /** It was stopped because a probe or a hook of it failed. */
  readonly unhealthy?: true;
  /** Id of the attempt whose end had the whole pod begin again before this one was made; absent where none had. */
  readonly era?: string;
  /** Id of the sandbox it was made for (label `io.kubernetes.sandbox.id`); absent on a sandbox. */
  readonly sandboxId?: string;
}

/** Everything observed of one pod. Immutable: each observation makes a new one. */
export interface ObservedPod {
  readonly uid: string;
  readonly sandbox?: ObservedContainer;
  /** By container name; attempts in ascending order. */
  readonly containers: ReadonlyMap<string, readonly ObservedContainer[]>;
}
