import type { MountConfig } from '../../engine/index.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, podLabels, type PodRecord, type PodVolume } from '../record/index.js';

type MountSource = Omit<MountConfig, 'Target' | 'ReadOnly'>;

/**
 * Mount options of one volume. The labels are for the engine volume, which the engine makes where it does not exist; those of a
 * claim's do not name the pod: it is kept when the pod goes. An image's files below a mount are not copied into the volume.
 */
export function toMountSource(record: PodRecord, volume: PodVolume, node: NodeTraits): MountSource {
  switch (volume.kind) {
    case 'own':
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: podLabels(record.pod, node.name) } };
    case 'mounted': {
      const { type, device, o } = volume.options;
      const driver = { DriverConfig: { Name: 'local', Options: { type, device, o } } };
      const below = volume.below !== undefined && { Subpath: volume.below };
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: podLabels(record.pod, node.name), ...driver, ...below } };
    }
    case 'claim':
      return { Type: 'volume', Source: volume.engineName, VolumeOptions: { NoCopy: true, Labels: { [LABEL.node]: node.name } } };
    case 'host':
      return { Type: 'bind', Source: volume.path };
    case 'image':
      return { Type: 'image', Source: volume.reference };
    default:
      return unreachable(volume);
  }
}

function unreachable(volume: never): never {
  throw new Error(`no mount for ${JSON.stringify(volume)}`);
}
