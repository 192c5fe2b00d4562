import type { ContainerStatus, Pod } from '../kube/index.js';
import type { components } from './plugin-api.generated.js';
import { parsePod } from './pod.js';
import { memberPath, WireError } from './wire-error.js';

/** What a status answer says of one pod. */
export interface PodStatus {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly jobId: string;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
}

/** What a ping answer says of the node; quantities as Kubernetes writes them. Where one is the empty string, the cluster keeps what it has. */
export interface NodeReport {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
  readonly accelerators: readonly { readonly resourceType: string; readonly available: string }[];
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/** One entry of a status answer: complete v1.ContainerStatus objects under interLink's keys. */
export interface PodStatusJson {
  readonly name: string;
  readonly UID: string;
  readonly namespace: string;
  readonly JID: string;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
}

export type PingJson = components['schemas']['Ping'];

/** Body of GET /status; empty for a ping. @throws WireError */
export function parseStatusBody(body: unknown): readonly Pod[] {
  if (!Array.isArray(body)) throw new WireError('', 'must be array: the pods asked for, or [] for a ping');
  return body.map((pod, index) => parsePod(pod, memberPath('', index)));
}

/** Answer of GET /status, one entry per pod that the plugin can speak for. */
export function toStatusAnswer(statuses: readonly PodStatus[]): readonly PodStatusJson[] {
  return statuses.map(({ name, namespace, uid, jobId, containers, initContainers }) => ({
    name,
    UID: uid,
    namespace,
    JID: jobId,
    containers,
    initContainers,
  }));
}

/** Answer to a ping. Without facts it only says that the plugin lives, and the cluster keeps the capacity it has. */
export function toPingAnswer(node?: NodeReport): PingJson {
  if (node === undefined) return { status: 'ok' };
  const { cpu, memory, pods, accelerators, taints } = node;
  return { status: 'ok', resources: { cpu, memory, pods, accelerators }, taints };
}
