import { allContainers, type Pod, type Volume } from '../../kube/index.js';
import type { DeliveredObjects } from '../../provider/index.js';
import { digestOfEntries, toLayout, type VolumeEntry } from './files-layout.js';
import { filesOfObject, type ObjectSource } from './files-objects.js';
import { filesOfProjected, type ProjectedVolume } from './files-projected.js';

/** What one volume of a pod holds before any container runs. Everything in it belongs to root. */
export interface VolumeContent {
  /** Name in pod.spec.volumes. */
  readonly volume: string;
  /** Permission bits of the volume itself. */
  readonly directoryMode: number;
  /** Empty for an emptyDir. */
  readonly entries: readonly VolumeEntry[];
}

/** Written to by whatever user a container runs as. */
const EMPTY_DIR_MODE = 0o777;
const FILES_MODE = 0o755;
const DEFAULT_FILE_MODE = 0o644;

/**
 * Contents of the pod's emptyDir, configMap, secret, projected and downwardAPI volumes, in the order of the spec. A volume that no
 * container mounts is made as well; what the cluster did not send for it (it sends by mount) is left out.
 * @throws ProviderError `InvalidPod` naming the field: content that has not come, a path that leaves the volume
 */
export function toVolumeContents(pod: Pod, delivered: DeliveredObjects): VolumeContent[] {
  const mounted = new Set(allContainers(pod).flatMap((container) => (container.volumeMounts ?? []).map(({ name }) => name)));
  return (pod.spec.volumes ?? []).flatMap((volume, index) => {
    const entries = toEntries(volume, { pod, delivered, field: `pod.spec.volumes[${index}]`, required: mounted.has(volume.name) });
    if (entries === undefined) return [];
    return [{ volume: volume.name, directoryMode: isEmptyDir(volume) ? EMPTY_DIR_MODE : FILES_MODE, entries }];
  });
}

/** SHA-256 in hexadecimal over the files written into a volume; `undefined` where none are. */
export function digestOf(content: VolumeContent): string | undefined {
  return content.entries.length === 0 ? undefined : digestOfEntries(content.entries);
}

interface Surroundings {
  readonly pod: Pod;
  readonly delivered: DeliveredObjects;
  readonly field: string;
  readonly required: boolean;
}

/** `undefined` for kinds of volumes that are not files of the cluster. */
function toEntries(volume: Volume, around: Surroundings): VolumeEntry[] | undefined {
  const { delivered, pod, field } = around;
  if (volume.configMap) {
    const source = toObjectSource(volume.configMap, `${field}.configMap`, around, 'name', volume.configMap.name);
    return toLayout(filesOfObject(source, delivered.configMaps.get(source.name ?? '')), field);
  }
  if (volume.secret) {
    const source = toObjectSource(volume.secret, `${field}.secret`, around, 'secretName', volume.secret.secretName);
    return toLayout(filesOfObject(source, delivered.secrets.get(source.name ?? '')), field);
  }
  const projected = toProjected(volume, around);
  if (projected !== undefined) return toLayout(filesOfProjected(projected, pod, delivered), field);
  return isEmptyDir(volume) ? [] : undefined;
}

/** A volume without any source is an emptyDir. */
function isEmptyDir(volume: Volume): boolean {
  const sources = Object.entries(volume).filter(([key, value]) => key !== 'name' && value !== null && value !== undefined);
  return Boolean(volume.emptyDir) || sources.length === 0;
}

type ObjectVolume = NonNullable<Volume['configMap']> | NonNullable<Volume['secret']>;

function toObjectSource(source: ObjectVolume, field: string, around: Surroundings, nameField: ObjectSource['nameField'], name: string | undefined): ObjectSource {
  const optional = source.optional === true || !around.required;
  return { field, nameField, name, items: source.items, optional, defaultMode: source.defaultMode ?? DEFAULT_FILE_MODE };
}

function toProjected(volume: Volume, { delivered, field, required }: Surroundings): ProjectedVolume | undefined {
  const { projected, downwardAPI } = volume;
  const shared = { field, required, arrived: delivered.projected.get(volume.name) };
  if (projected) {
    const sources = (projected.sources ?? []).map((source, index) => ({ source, field: `${field}.projected.sources[${index}]` }));
    return { ...shared, sources, defaultMode: projected.defaultMode ?? DEFAULT_FILE_MODE };
  }
  if (!downwardAPI) return undefined;
  const source = { downwardAPI: { items: downwardAPI.items ?? [] } };
  return { ...shared, sources: [{ source, field }], defaultMode: downwardAPI.defaultMode ?? DEFAULT_FILE_MODE };
}
