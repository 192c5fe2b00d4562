import type { HostConfig, MountConfig } from '../../engine/index.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, type PodRecord, type PodVolume } from '../record/index.js';
import { toMountSource } from './volume-mount.js';

/** Where the sandbox mounts the pod's volumes, by their index in the record. */
export const VOLUMES_ROOT = '/v';

/** Where the sandbox has a volume. */
export function sandboxPath(index: number): string {
  return `${VOLUMES_ROOT}/${index}`;
}

/**
 * The pod's volumes as its sandbox has them: its own to be filled, those in memory to be held while it runs, and what other pods or
 * the host have too for reading only, so that it is found missing before the pod is taken on.
 * @param isRemade the files were written through another sandbox: an engine volume that is missing now has lost them, and is marked
 */
export function toSandboxVolumes(record: PodRecord, node: NodeTraits, isRemade: boolean): Pick<HostConfig, 'Mounts' | 'Binds'> {
  const held = record.volumes.flatMap((volume, index) => (isHeld(volume) ? [{ volume, target: sandboxPath(index) }] : []));
  const binds = held.flatMap(({ volume, target }) => (volume.kind === 'host' && volume.create !== undefined ? [`${volume.path}:${target}:ro`] : []));
  const mounts = held.filter(({ volume }) => volume.kind !== 'host' || volume.create === undefined);
  return {
    Mounts: mounts.map(({ volume, target }) => ({ ...sourceOf(record, volume, node, isRemade), Target: target, ...(isShared(volume) && { ReadOnly: true }) })),
    ...(binds.length > 0 && { Binds: binds }),
  };
}

function sourceOf(record: PodRecord, volume: PodVolume, node: NodeTraits, isRemade: boolean): Omit<MountConfig, 'Target' | 'ReadOnly'> {
  const source = toMountSource(record, volume, node);
  if (!isRemade || volume.kind !== 'own' || volume.digest === undefined) return source;
  return { ...source, VolumeOptions: { ...source.VolumeOptions, Labels: { ...source.VolumeOptions?.Labels, [LABEL.remade]: 'true' } } };
}

/** An export of another machine must not hold up what the engine does with the sandbox; a file is made when a helper looks. */
function isHeld(volume: PodVolume): boolean {
  if (volume.kind === 'image' || volume.kind === 'held' || volume.kind === 'block') return false;
  if (volume.kind === 'mounted') return volume.options.type !== 'nfs';
  return volume.kind !== 'host' || volume.create !== 'file';
}

function isShared(volume: PodVolume): boolean {
  return volume.kind === 'claim' || volume.kind === 'host' || (volume.kind === 'mounted' && volume.options.type === 'none');
}
