/**
 * Fields of a pod that came to the Kubernetes API after version 1.30, where our types package stops, up to 1.37. Some of them are
 * behind a feature gate. A pod may carry any of them.
 * @see https://github.com/kubernetes/api/blob/master/core/v1/types.go
 */
declare module 'kubernetes-types/core/v1.js' {
  interface PodSpec {
    evictionResponders?: EvictionResponder[];
    hostnameOverride?: string;
    resources?: ResourceRequirements;
    schedulingGroup?: PodSchedulingGroup;
    /** In 1.35 only; schedulingGroup came in its place. */
    workloadRef?: WorkloadReference;
  }

  interface EvictionResponder {
    name: string;
    priority?: number;
  }

  interface PodSchedulingGroup {
    podGroupName?: string;
  }

  interface WorkloadReference {
    name: string;
    podGroup: string;
    podGroupReplicaKey?: string;
  }

  interface PodResourceClaim {
    resourceClaimName?: string;
    resourceClaimTemplateName?: string;
  }

  interface PodSecurityContext {
    seLinuxChangePolicy?: string;
    supplementalGroupsPolicy?: string;
  }

  interface Container {
    restartPolicyRules?: ContainerRestartRule[];
  }

  interface EphemeralContainer {
    restartPolicyRules?: ContainerRestartRule[];
  }

  interface ContainerRestartRule {
    action: string;
    exitCodes?: ContainerRestartRuleOnExitCodes;
  }

  interface ContainerRestartRuleOnExitCodes {
    operator: string;
    values?: number[];
  }

  interface EnvVarSource {
    fileKeyRef?: FileKeySelector;
  }

  interface FileKeySelector {
    key: string;
    optional?: boolean;
    path: string;
    volumeName: string;
  }

  interface Lifecycle {
    stopSignal?: string;
  }

  interface HTTPGetAction {
    protocol?: string;
  }

  interface GRPCAction {
    mode?: string;
  }

  interface ResourceClaim {
    request?: string;
  }

  interface VolumeMount {
    bindMountOptions?: string[];
  }

  interface Volume {
    image?: ImageVolumeSource;
  }

  interface ImageVolumeSource {
    pullPolicy?: string;
    reference?: string;
  }

  interface EmptyDirVolumeSource {
    mode?: number;
  }

  interface ConfigMapVolumeSource {
    defaultUser?: number;
  }

  interface SecretVolumeSource {
    defaultUser?: number;
  }

  interface DownwardAPIVolumeSource {
    defaultUser?: number;
  }

  interface ProjectedVolumeSource {
    defaultUser?: number;
  }

  interface KeyToPath {
    user?: number;
  }

  interface DownwardAPIVolumeFile {
    user?: number;
  }

  interface ServiceAccountTokenProjection {
    user?: number;
  }

  interface ClusterTrustBundleProjection {
    user?: number;
  }

  interface VolumeProjection {
    podCertificate?: PodCertificateProjection;
  }

  interface PodCertificateProjection {
    certificateChainPath?: string;
    credentialBundlePath?: string;
    keyPath?: string;
    keyType: string;
    maxExpirationSeconds?: number;
    signerName: string;
    user?: number;
    userAnnotations?: Record<string, string>;
  }

  interface ContainerStatus {
    allocatedResourcesStatus?: ResourceStatus[];
    stopSignal?: string;
    user?: ContainerUser;
  }

  interface ResourceStatus {
    name: string;
    resources?: ResourceHealth[];
  }

  interface ResourceHealth {
    health?: string;
    message?: string;
    resourceID: string;
  }

  interface ContainerUser {
    linux?: LinuxContainerUser;
  }

  interface LinuxContainerUser {
    gid: number;
    supplementalGroups?: number[];
    uid: number;
  }
}

export {};
