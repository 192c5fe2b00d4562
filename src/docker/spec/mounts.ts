import type { MountConfig } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { Container, Volume, VolumeMount } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import type { PodRecord, PodVolume } from '../record/index.js';
import { toMountSource } from './volume-mount.js';

/** Mounts of a container. */
export function toContainerMounts(record: PodRecord, container: Container, node: NodeTraits): MountConfig[] {
  return (container.volumeMounts ?? []).map((mount) => {
    const volume = findVolume(record, mount.name, mount.subPath);
    if (volume === undefined) {
      throw new ProviderError('InvalidPod', `container ${container.name} mounts the volume ${JSON.stringify(mount.name)}, which the pod does not have`);
    }
    return { ...toMountSource(record, volume, node), Target: mount.mountPath, ReadOnly: isReadOnly(record, mount) };
  });
}

/** The entry of a volume, or of a part of it; of a part without one the entry of the whole. */
export function findVolume(record: PodRecord, name: string, subPath = ''): PodVolume | undefined {
  const named = record.volumes.filter((volume) => volume.name === name);
  return named.find((volume) => (volume.subPath ?? '') === subPath) ?? named.find((volume) => volume.subPath === undefined);
}

/** What the cluster delivered is never written to by a container, whatever its mount says. */
function isReadOnly(record: PodRecord, mount: VolumeMount): boolean {
  const source: Partial<Volume> = record.pod.spec.volumes?.find(({ name }) => name === mount.name) ?? {};
  return Boolean(mount.readOnly ?? false) || Boolean(source.configMap ?? source.secret ?? source.projected ?? source.downwardAPI);
}
