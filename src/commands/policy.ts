import type { Config } from '../config/index.js';
import type { EnvironmentPolicy, LogPolicy, NetworkPolicy, NodePolicy, PodSecurityPolicy, VolumePolicy } from '../docker/node/index.js';
import { toImagePolicy } from './image-policy.js';
import { toResourcePolicy } from './resource-policy.js';

/** What the configuration says about pods, as the Docker backend takes it. */
export function toPolicy(config: Config): NodePolicy {
  return {
    strict: config.Strict,
    readinessAsWaiting: config.ReadinessAsWaiting,
    environment: toEnvironment(config),
    podSecurity: toPodSecurity(config.PodSecurity),
    resources: toResourcePolicy(config.Resources),
    taints: config.Taints,
    volumes: toVolumes(config.Volumes),
    secretFiles: config.Secrets,
    images: toImagePolicy(config),
    network: toNetwork(config.Network),
    logs: toLogPolicy(config),
  };
}

function toEnvironment({ SkipDownwardAPIResolution: skipDownwardAPIResolution, Network: { HostIP: hostIP } }: Config): EnvironmentPolicy {
  return { skipDownwardAPIResolution, ...(hostIP !== undefined && { hostIP }) };
}

function toPodSecurity(settings: Config['PodSecurity']): PodSecurityPolicy {
  const { Capabilities: capabilities, Sysctls: sysctls, HostPaths: hostPaths, HostNetwork: hostNetwork, HostPorts: hostPorts, HostAddress: hostAddress } = settings;
  return {
    level: settings.Level,
    allowed: { capabilities, sysctls, hostPaths, hostNetwork, ...(hostPorts !== undefined && { hostPorts }), ...(hostAddress !== undefined && { hostAddress }) },
    noNewPrivileges: settings.NoNewPrivileges,
    ...(settings.SeccompProfiles !== undefined && { seccompProfiles: settings.SeccompProfiles }),
    runtimeClasses: settings.RuntimeClasses,
  };
}

function toNetwork({ ClusterDNS: servers, ClusterDomain: domain, Shared: shared, Egress: egress, MeshImage: meshImage }: Config['Network']): NetworkPolicy {
  return { dns: { servers, domain }, shared, egress, ...(meshImage !== undefined && { meshImage }) };
}

function toLogPolicy({ Logs: { MaxSize: maxSizeBytes, MaxFiles: maxFiles, FollowRestarts: followRestarts } }: Config): LogPolicy {
  return { maxSizeBytes, maxFiles, followRestarts };
}

function toVolumes({ Claims, NFS: nfs }: Config['Volumes']): VolumePolicy {
  return { claims: Object.entries(Claims).map(([pattern, target]) => ({ pattern, ...target })), nfs };
}
