import { posix } from 'node:path';
import { ProviderError } from '../../errors.js';
import type { Pod, Volume } from '../../kube/index.js';
import { type HostPlace, type NodeTraits, placeClaim, placeHostPath, placeNfs } from '../node/index.js';
import { type HostVolume, type MountedVolume, type PodVolume, volumeName } from '../record/index.js';
import { partName, usedParts } from './parts.js';

/** NFS 4 needs no helper on the engine's host; what is before it does. */
const NFS_OPTIONS = 'nfsvers=4';

/**
 * What stands on the engine for a hostPath, persistentVolumeClaim, nfs or image volume and its used parts. Admission has seen that
 * the operator lets it; that is looked at again, because what is made of it is what counts.
 * @returns `undefined` for other kinds of volumes
 */
export function planPlaces(volume: Volume, pod: Pod, node: NodeTraits): readonly PodVolume[] | undefined {
  const parts = (plan: (subPath: string) => PodVolume): PodVolume[] => [...new Set(['', ...usedParts(pod, volume.name)])].map(plan);
  if (volume.hostPath) {
    const { path, type } = volume.hostPath;
    const create = type === 'FileOrCreate' ? 'file' : !type || type === 'DirectoryOrCreate' ? 'directory' : undefined;
    return parts((subPath) => {
      const place = placeHostPath(posix.resolve('/', path, subPath), node.policy) ?? notAllowed(volume);
      return toHostVolume(place, volume.name, subPath, place.readOnly ? undefined : create, pod, node);
    });
  }
  if (volume.persistentVolumeClaim) {
    const { claimName, readOnly } = volume.persistentVolumeClaim;
    const placeOf = (subPath: string) => placeClaim(pod.metadata.namespace, claimName, node.policy, subPath) ?? notAllowed(volume);
    const place = placeOf('');
    const isReadOnly = (place.readOnly || readOnly === true) && { readOnly: true as const };
    if (place.kind === 'volume') return [{ kind: 'claim', name: volume.name, engineName: place.engineName, ...isReadOnly }];
    if (place.kind === 'device') return [{ kind: 'block', name: volume.name, devicePath: place.devicePath, ...isReadOnly }];
    return parts((subPath) => {
      const part = placeOf(subPath);
      return part.kind === 'directory' ? toHostVolume({ ...part, readOnly: part.readOnly || readOnly === true }, volume.name, subPath, part.readOnly ? undefined : 'directory', pod, node) : notAllowed(volume);
    });
  }
  if (volume.nfs) return [toNfsVolume(volume.name, volume.nfs, pod, node) ?? notAllowed(volume)];
  const { image } = volume;
  return image && [{ kind: 'image', name: volume.name, reference: image.reference ?? '' }];
}

function notAllowed({ name }: Volume): never {
  throw new ProviderError('Forbidden', `the volume ${JSON.stringify(name)} is not one that this node may have`);
}

/** Where links could lie on the way, the engine has to find it: in a volume of its own that stands for what is above. */
function toHostVolume(place: HostPlace, name: string, subPath: string, create: HostVolume['create'], pod: Pod, node: NodeTraits): PodVolume {
  const entry = { name, ...(subPath !== '' && { subPath }), ...(place.readOnly && { readOnly: true as const }) };
  if (place.below === undefined) return { kind: 'host', ...entry, path: place.path, ...(create !== undefined && { create }) };
  const engineName = volumeName(node.name, pod.metadata.uid, partName(name, subPath));
  return { kind: 'mounted', ...entry, engineName, options: { type: 'none', device: place.path, o: 'bind' }, below: place.below };
}

function toNfsVolume(name: string, { server, path, readOnly }: NonNullable<Volume['nfs']>, pod: Pod, node: NodeTraits): MountedVolume | undefined {
  const place = placeNfs(server, posix.resolve('/', path), node.policy.volumes);
  if (place === undefined) return undefined;
  const isReadOnly = place.readOnly || readOnly === true;
  return {
    kind: 'mounted',
    name,
    engineName: volumeName(node.name, pod.metadata.uid, name),
    options: { type: 'nfs', device: `:${place.path}`, o: [`addr=${server}`, NFS_OPTIONS, isReadOnly ? 'ro' : 'rw'].join(',') },
    ...(place.below !== undefined && { below: place.below }),
    ...(isReadOnly && { readOnly: true }),
  };
}
