import type { ContainerStatus, Pod } from '../kube/index.js';

/** Files by their path inside one object or volume. */
export type FileMap = ReadonlyMap<string, Buffer>;

/** What the cluster sent along with a pod, decoded, merged over its containers. */
export interface DeliveredObjects {
  /** By object name, then key. */
  readonly configMaps: ReadonlyMap<string, FileMap>;
  /** By object name, then key. */
  readonly secrets: ReadonlyMap<string, FileMap>;
  /** By VOLUME name, then file path. */
  readonly projected: ReadonlyMap<string, FileMap>;
}

export interface CreateRequest {
  readonly pod: Pod;
  readonly delivered: DeliveredObjects;
}

/** A pod the provider took on. `jobId` is the provider's own name for it; interLink stores it as annotation `JobID`. */
export interface CreatedPod {
  readonly uid: string;
  readonly jobId: string;
}

/** Status of one pod, every container of the spec in it. */
export interface PodStatus {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly jobId: string;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
}

/** v1.PodLogOptions as interLink sends them; absent means not asked for. */
export interface LogOptions {
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly timestamps: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly since?: Date;
}

export interface LogRequest {
  readonly podUid: string;
  readonly podName: string;
  readonly namespace: string;
  /** Absent: the pod's default container. */
  readonly container?: string;
  readonly options: LogOptions;
}

/** Quantities as Kubernetes writes them (`"2"`, `"8Gi"`). */
export interface NodeReport {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
  readonly accelerators: readonly { readonly resourceType: string; readonly available: string }[];
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/** Goes with every call: who asked (log lines), and when to stop working for them. */
export interface CallContext {
  /** interLink's `InterLink-Http-Session`, or one made here. */
  readonly session: string;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}
