import type { MountConfig } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { type Container, toSubPath, type VolumeMount } from '../../kube/index.js';
import { type NodeTraits, RECURSIVE_READ_ONLY_API, speaksApi, SUBPATH_API } from '../node/index.js';
import type { OwnVolume, PodRecord, PodVolume } from '../record/index.js';
import { type MountSource, partOf, toMountSource } from './volume-mount.js';

const PROPAGATION: Readonly<Record<string, 'rslave' | 'rshared'>> = { HostToContainer: 'rslave', Bidirectional: 'rshared' };

/** Where the engine's host keeps engine volumes, by name: those whose single file is mounted by an engine that cannot find it. */
export type Mountpoints = ReadonlyMap<string, string>;

/** Mounts of a container. */
export function toContainerMounts(record: PodRecord, container: Container, node: NodeTraits, mountpoints: Mountpoints = new Map()): MountConfig[] {
  return (container.volumeMounts ?? []).map((mount) => {
    const subPath = toSubPath(mount, container);
    const volume = findVolume(record, mount.name, subPath);
    if (volume === undefined) {
      throw new ProviderError('InvalidPod', `container ${container.name} mounts the volume ${JSON.stringify(mount.name)}, which the pod does not have`);
    }
    return { ...toSource(record, volume, subPath, node, mountpoints), Target: mount.mountPath, ReadOnly: isReadOnly(record, volume, mount), ...bindOptions(volume, mount, node) };
  });
}

/** Engine volumes of a container whose place has to be known before its mounts can be told. */
export function volumesToFind(record: PodRecord, container: Container, node: NodeTraits): readonly string[] {
  if (speaksApi(node.abilities, SUBPATH_API)) return [];
  return (container.volumeMounts ?? []).flatMap((mount) => {
    const volume = findVolume(record, mount.name, toSubPath(mount, container));
    return volume?.kind === 'own' && volume.file !== undefined ? [volume.engineName] : [];
  });
}

/** The entry of a volume, or of a part of it; of a part without one the entry of the whole. */
export function findVolume(record: PodRecord, name: string, subPath = ''): PodVolume | undefined {
  const named = record.volumes.filter((volume) => volume.name === name);
  return named.find((volume) => (volume.subPath ?? '') === subPath) ?? named.find((volume) => volume.subPath === undefined);
}

function toSource(record: PodRecord, volume: PodVolume, subPath: string, node: NodeTraits, mountpoints: Mountpoints): MountSource {
  if (volume.kind !== 'own' || volume.file === undefined) return toMountSource(record, volume, node, partOf(volume, subPath));
  if (speaksApi(node.abilities, SUBPATH_API)) return toMountSource(record, volume, node, volume.file);
  // No container ever has the volume itself, so nobody can have put a link where the file was.
  return { Type: 'bind', Source: `${mountpointOf(volume, mountpoints)}/${volume.file}` };
}

function mountpointOf({ engineName }: OwnVolume, mountpoints: Mountpoints): string {
  const mountpoint = mountpoints.get(engineName);
  if (mountpoint === undefined) throw new Error(`nobody has asked where the engine keeps the volume ${engineName}`);
  return mountpoint;
}

/** What the cluster delivered is never written to by a container, whatever its mount says. */
function isReadOnly(record: PodRecord, volume: PodVolume, mount: VolumeMount): boolean {
  const source = record.pod.spec.volumes?.find(({ name }) => name === mount.name);
  const isDelivered = Boolean(source?.configMap ?? source?.secret ?? source?.projected ?? source?.downwardAPI);
  return isDelivered || volume.kind === 'image' || mount.readOnly === true || ('readOnly' in volume && volume.readOnly === true);
}

/** Beside what `readOnly` says. Mounts below a directory that pods may only read must not let them write after all. */
function bindOptions(volume: PodVolume, mount: VolumeMount, node: NodeTraits): Pick<MountConfig, 'BindOptions'> {
  if (volume.kind !== 'host') return {};
  const { mountPropagation, recursiveReadOnly } = mount;
  const propagation = PROPAGATION[mountPropagation ?? ''];
  const canForce = speaksApi(node.abilities, RECURSIVE_READ_ONLY_API);
  const options = {
    ...(propagation !== undefined && { Propagation: propagation }),
    ...(canForce && (volume.readOnly === true || recursiveReadOnly === 'Enabled') && { ReadOnlyForceRecursive: true, Propagation: 'rprivate' as const }),
    ...(!canForce && volume.readOnly === true && { NonRecursive: true }),
  };
  return Object.keys(options).length === 0 ? {} : { BindOptions: options };
}
