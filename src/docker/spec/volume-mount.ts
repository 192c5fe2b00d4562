import { posix } from 'node:path';
import type { MountConfig } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, podLabels, type PodRecord, type PodVolume } from '../record/index.js';

/** Where and of what a mount is, without the place it goes to. */
export type MountSource = Omit<MountConfig, 'Target' | 'ReadOnly'>;

/**
 * Mount options of one volume. The labels are for the engine volume, which the engine makes where it does not exist; those of a
 * claim's do not name the pod: it is kept when the pod goes. An image's files below a mount are not copied into the volume.
 * @param subPath part of it, found by the engine without leaving the volume; a volume of the host has none
 * @throws ProviderError `InvalidPod` for a block device
 */
export function toMountSource(record: PodRecord, volume: PodVolume, node: NodeTraits, subPath = ''): MountSource {
  const labels = volume.kind === 'claim' ? { [LABEL.node]: node.name } : podLabels(record.pod, node.name);
  const below = subPath !== '' && { Subpath: subPath };
  switch (volume.kind) {
    case 'own': {
      const file = volume.file !== undefined && { [LABEL.file]: volume.file };
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: { ...labels, ...file }, ...below } };
    }
    case 'mounted': {
      const { type, device, o } = volume.options;
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: { type, device, o } }, ...below } };
    }
    case 'claim':
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: labels, ...below } };
    case 'held':
    case 'host':
      return { Type: 'bind', Source: volume.path };
    case 'image':
      return { Type: 'image', Source: volume.reference, ...(below && { ImageOptions: below }) };
    case 'block':
      throw new ProviderError('InvalidPod', `the volume ${JSON.stringify(volume.name)} is a block device, which cannot be mounted`);
    default:
      return unreachable(volume);
  }
}

/** The part of an engine volume that a mount of `subPath` is: an entry may stand for a part of it already. */
export function partOf(volume: PodVolume, subPath: string): string {
  const below = volume.kind === 'mounted' ? (volume.below ?? '') : '';
  const rest = (volume.subPath ?? '') === '' ? subPath : '';
  return below === '' && rest === '' ? '' : posix.join(below, rest);
}

function unreachable(volume: never): never {
  throw new Error(`no mount for ${JSON.stringify(volume)}`);
}
