import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/** A v1.Pod that has been checked at the door: it has a name, a namespace, a UID and a spec. */
export interface Pod extends Omit<core.Pod, 'metadata' | 'spec'> {
  readonly metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  readonly spec: PodSpec;
}

/** v1.PodSpec */
export type PodSpec = core.PodSpec;
/** v1.Container */
export type Container = core.Container;
export type ContainerRestartRule = core.ContainerRestartRule;
/** v1.ContainerStatus */
export type ContainerStatus = core.ContainerStatus;
/** v1.ContainerState: one of waiting, running and terminated. */
export type ContainerState = core.ContainerState;
/** v1.EnvVar */
export type EnvVar = core.EnvVar;
/** v1.Volume */
export type Volume = core.Volume;
/** v1.VolumeMount */
export type VolumeMount = core.VolumeMount;
export type KeyToPath = core.KeyToPath;
export type ResourceFieldSelector = core.ResourceFieldSelector;
export type ResourceRequirements = core.ResourceRequirements;
/** v1.PodPhase */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** One entry of a pod's event list, with the kubelet's reasons (v1.Event, the part a node knows). */
export interface PodEvent {
  readonly at: Date;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
}
