import { DEFAULT_ENVIRONMENT, type EnvironmentPolicy } from './environment-policy.js';
import { DEFAULT_IMAGE_POLICY, type ImagePolicy } from './image-policy.js';
import { DEFAULT_NETWORK_POLICY, type NetworkPolicy } from './network-policy.js';
import { DEFAULT_LOG_POLICY, type LogPolicy } from './log-policy.js';
import { DEFAULT_POD_SECURITY, type PodSecurityPolicy } from './pod-security.js';
import { DEFAULT_RESOURCE_POLICY, type ResourcePolicy } from './resource-policy.js';
import { DEFAULT_VOLUME_POLICY, type VolumePolicy } from './volume-policy.js';

/** What the operator decided about the pods of this node, in the configuration. */
export interface NodePolicy {
  /** Refuse what would otherwise be accepted with a warning. */
  readonly strict: boolean;
  /** Report a container that runs and is not ready as waiting. */
  readonly readinessAsWaiting: boolean;
  readonly environment: EnvironmentPolicy;
  readonly podSecurity: PodSecurityPolicy;
  readonly resources: ResourcePolicy;
  /** Of the virtual node; pods without the matching toleration are kept away by the cluster. */
  readonly taints: readonly Taint[];
  readonly volumes: VolumePolicy;
  /** Where the files of Secrets and tokens lie. */
  readonly secretFiles: 'disk' | 'memory';
  readonly images: ImagePolicy;
  readonly network: NetworkPolicy;
  readonly logs: LogPolicy;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Of a configuration that says nothing. */
export const DEFAULT_POLICY: NodePolicy = {
  strict: false,
  readinessAsWaiting: false,
  environment: DEFAULT_ENVIRONMENT,
  podSecurity: DEFAULT_POD_SECURITY,
  resources: DEFAULT_RESOURCE_POLICY,
  taints: [],
  volumes: DEFAULT_VOLUME_POLICY,
  secretFiles: 'disk',
  images: DEFAULT_IMAGE_POLICY,
  network: DEFAULT_NETWORK_POLICY,
  logs: DEFAULT_LOG_POLICY,
};
