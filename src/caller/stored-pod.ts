import type { Container, Pod, PodSpec, Volume } from '../kube/index.js';
import { withContainerDefaults } from './container-defaults.js';
import type { PodManifest } from './pod-file.js';
import { toTime } from './stamp.js';
import type { Stamp } from './stamp.js';
import { tokenVolume, withVolumeDefaults } from './volume-defaults.js';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const NODE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/**
 * The pod as an API server stores and binds it: identity, defaults, the service account's token volume.
 * @throws InvalidImageName
 */
export function toStoredPod({ metadata, spec }: PodManifest, stamp: Stamp): Pod {
  return {
    metadata: {
      name: metadata.name ?? `${metadata.generateName ?? ''}${stamp.suffix}`,
      namespace: metadata.namespace ?? 'default',
      uid: stamp.uid,
      resourceVersion: stamp.resourceVersion,
      creationTimestamp: toTime(stamp.now),
      ...(metadata.generateName !== undefined && { generateName: metadata.generateName }),
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.annotations && { annotations: metadata.annotations }),
    },
    spec: withSpecDefaults(spec, stamp),
  };
}

function withSpecDefaults(spec: PodSpec, stamp: Stamp): PodSpec {
  const account = spec.serviceAccountName ?? 'default';
  const tokenName = spec.automountServiceAccountToken === false ? undefined : `kube-api-access-${stamp.suffix}`;
  const complete = (container: Container): Container => withToken(withContainerDefaults(container), tokenName);
  const volumes = [...(spec.volumes ?? []).map(withVolumeDefaults), ...(tokenName === undefined ? [] : [tokenVolume(tokenName)])];
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: account,
    serviceAccount: account,
    securityContext: {},
    schedulerName: 'default-scheduler',
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    ...spec,
    nodeName: stamp.nodeName,
    tolerations: withTolerations(spec.tolerations ?? []),
    containers: spec.containers.map(complete),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(complete) }),
    ...withVolumes(volumes),
  };
}

function withVolumes(volumes: Volume[]): Pick<PodSpec, 'volumes'> {
  return volumes.length > 0 ? { volumes } : {};
}

/** A mount of the pod's own at the same place takes precedence. */
function withToken(container: Container, volume: string | undefined): Container {
  const mounts = container.volumeMounts ?? [];
  if (volume === undefined || mounts.some((mount) => mount.mountPath === TOKEN_PATH)) return container;
  return { ...container, volumeMounts: [...mounts, { name: volume, readOnly: true, mountPath: TOKEN_PATH }] };
}

/** Pods leave a node that is away for five minutes, unless they say otherwise. */
function withTolerations(own: NonNullable<PodSpec['tolerations']>): NonNullable<PodSpec['tolerations']> {
  const missing = NODE_TAINTS.filter((key) => !own.some((toleration) => toleration.key === key));
  return [...own, ...missing.map((key) => ({ key, operator: 'Exists' as const, effect: 'NoExecute' as const, tolerationSeconds: 300 }))];
}
