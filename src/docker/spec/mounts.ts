import type { MountConfig } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { Container, Volume, VolumeMount } from '../../kube/index.js';
import { podLabels, type PodRecord, type PodVolume } from '../record/index.js';

/** Mounts of a container. An image's files below a mount are not copied into the volume, as on any Kubernetes node. */
export function toContainerMounts(record: PodRecord, container: Container, node: string): MountConfig[] {
  return (container.volumeMounts ?? []).map((mount) => {
    const volume = record.volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) {
      throw new ProviderError('InvalidPod', `container ${container.name} mounts the volume ${JSON.stringify(mount.name)}, which the pod does not have`);
    }
    return { ...toMount(record, volume, mount.mountPath, node), ReadOnly: isReadOnly(record, mount) };
  });
}

/** One volume at one place; the labels are for the volume, which the engine makes where it does not exist. */
export function toMount(record: PodRecord, volume: PodVolume, target: string, node: string): MountConfig {
  return {
    Type: 'volume',
    Source: volume.engineName,
    Target: target,
    VolumeOptions: { NoCopy: true, Labels: podLabels(record.pod, node) },
  };
}

/** What the cluster delivered is never written to by a container, whatever its mount says. */
function isReadOnly(record: PodRecord, mount: VolumeMount): boolean {
  const source: Partial<Volume> = record.pod.spec.volumes?.find(({ name }) => name === mount.name) ?? {};
  return Boolean(mount.readOnly ?? false) || Boolean(source.configMap ?? source.secret ?? source.projected ?? source.downwardAPI);
}
