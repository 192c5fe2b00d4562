import { allContainers, type Pod, type Volume } from '../../kube/index.js';
import type { DeliveredObjects } from '../../provider/index.js';
import type { NodeTraits } from '../node/index.js';
import type { VolumeFile } from './files-layout.js';
import { filesOfObject, type ObjectSource } from './files-objects.js';
import { filesOfProjected, type ProjectedVolume } from './files-projected.js';

const DEFAULT_FILE_MODE = 0o644;

/** Where the files of a pod's volumes come from. */
export interface FileSources {
  readonly pod: Pod;
  readonly delivered: DeliveredObjects;
  readonly node: NodeTraits;
}

/**
 * Files of a configMap, secret, projected or downwardAPI volume. Of one that no container mounts, what the cluster did not send
 * for it (it sends by mount) is left out.
 * @param field path of the volume in the pod, for errors
 * @returns `undefined` for other kinds of volumes
 * @throws ProviderError `InvalidPod` naming the field: content that has not come, a path that leaves the volume
 */
export function filesOf(volume: Volume, field: string, sources: FileSources): VolumeFile[] | undefined {
  const { delivered } = sources;
  const around = { field, required: isMounted(sources.pod, volume.name), delivered };
  if (volume.configMap) {
    const source = toObjectSource(volume.configMap, `${field}.configMap`, around.required, 'name', volume.configMap.name);
    return filesOfObject(source, delivered.configMaps.get(source.name ?? ''));
  }
  if (volume.secret) {
    const source = toObjectSource(volume.secret, `${field}.secret`, around.required, 'secretName', volume.secret.secretName);
    return filesOfObject(source, delivered.secrets.get(source.name ?? ''));
  }
  const projected = toProjected(volume, around);
  return projected && filesOfProjected(projected, sources);
}

function isMounted(pod: Pod, volume: string): boolean {
  return allContainers(pod).some((container) => container.volumeMounts?.some(({ name }) => name === volume));
}

type ObjectVolume = NonNullable<Volume['configMap']> | NonNullable<Volume['secret']>;

function toObjectSource(source: ObjectVolume, field: string, required: boolean, nameField: ObjectSource['nameField'], name: string | undefined): ObjectSource {
  const optional = source.optional === true || !required;
  return { field, nameField, name, items: source.items, optional, defaultMode: source.defaultMode ?? DEFAULT_FILE_MODE, defaultUser: source.defaultUser };
}

function toProjected(volume: Volume, { delivered, field, required }: { delivered: DeliveredObjects; field: string; required: boolean }): ProjectedVolume | undefined {
  const { projected, downwardAPI } = volume;
  const shared = { field, required, arrived: delivered.projected.get(volume.name) };
  if (projected) {
    const sources = (projected.sources ?? []).map((source, index) => ({ source, field: `${field}.projected.sources[${index}]` }));
    return { ...shared, sources, defaultMode: projected.defaultMode ?? DEFAULT_FILE_MODE, defaultUser: projected.defaultUser };
  }
  if (!downwardAPI) return undefined;
  const source = { downwardAPI: { items: downwardAPI.items ?? [] } };
  return { ...shared, sources: [{ source, field }], defaultMode: downwardAPI.defaultMode ?? DEFAULT_FILE_MODE, defaultUser: downwardAPI.defaultUser };
}
