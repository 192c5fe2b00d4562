import type { Pod, Volume } from '../../kube/index.js';
import { allocatable } from '../ledger/index.js';
import type { FileMap } from '../../provider/index.js';
import type { FileSources } from './files.js';
import { toFilePath } from './files-paths.js';
import type { VolumeFile } from './files-layout.js';
import { filesOfObject, notDelivered, type ObjectSource, ownedBy } from './files-objects.js';
import { readPodItem } from './files-pod-fields.js';
import { commonUser } from './ownership.js';

/** Of a token that is for one user, as on a kubelet. */
const TOKEN_MODE = 0o600;

type ProjectedSource = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

/** A projected volume (a downwardAPI volume is one with a single source). */
export interface ProjectedVolume {
  readonly sources: readonly { readonly source: ProjectedSource; readonly field: string }[];
  /** Path of the volume in the pod, for errors. */
  readonly field: string;
  readonly defaultMode: number;
  readonly defaultUser: number | undefined;
  /** What came under the volume's name, by file path; `undefined`: nothing did. */
  readonly arrived: FileMap | undefined;
  /** Where false, nothing that is missing is an error. */
  readonly required: boolean;
}

/**
 * Files of a projected volume: those that came under its name, with the modes its sources give them, and what does not come
 * (secret sources, binary keys, resource fields) from the pod and the objects delivered for other volumes. Of two sources
 * with one path the later counts.
 * @throws ProviderError `InvalidPod` naming the source that nothing can be found for
 */
export function filesOfProjected(volume: ProjectedVolume, sources: FileSources): VolumeFile[] {
  const { pod, delivered } = sources;
  const files = new Map<string, VolumeFile>();
  const add = (file: VolumeFile): unknown => files.set(file.path, file);
  for (const [path, data] of volume.arrived ?? []) {
    const what = `${volume.field}: delivered path ${JSON.stringify(path)}`;
    add({ path: toFilePath(path, what), mode: volume.defaultMode, ...ownedBy(volume.defaultUser), data });
  }
  for (const { source, field } of volume.sources) {
    if (source.configMap) filesOfMap('configMap', source.configMap, field, delivered.configMaps, volume).forEach(add);
    if (source.secret) filesOfMap('secret', source.secret, field, delivered.secrets, volume).forEach(add);
    if (source.downwardAPI) filesOfPod(source.downwardAPI, `${field}.downwardAPI`, sources, volume).forEach(add);
    if (source.serviceAccountToken) fileOfToken(source.serviceAccountToken, field, pod, volume).forEach(add);
  }
  return [...files.values()];
}

type MapKind = 'configMap' | 'secret';

/** The delivered object where there is one; else what came under the volume's name, which tells paths but no keys. */
function filesOfMap(kind: MapKind, source: NonNullable<ProjectedSource[MapKind]>, sourceField: string, objects: ReadonlyMap<string, FileMap>, volume: ProjectedVolume): VolumeFile[] {
  const field = `${sourceField}.${kind}`;
  const object = objects.get(source.name ?? '');
  const isOptional = source.optional === true || !volume.required;
  const asked: ObjectSource = { field, nameField: 'name', name: source.name, items: source.items, optional: isOptional, defaultMode: volume.defaultMode, defaultUser: volume.defaultUser };
  if (source.items?.length) return filesOfObject(asked, withArrived(asked, object, volume));
  // All keys of a ConfigMap come under the volume's name without saying whose they are; those of a Secret never do.
  const cameUnnamed = object === undefined && kind === 'configMap' && volume.arrived !== undefined;
  return filesOfObject({ ...asked, optional: isOptional || cameUnnamed }, object);
}

/** The object's keys, completed by the files that came under the paths its items name. */
function withArrived(source: ObjectSource, object: FileMap | undefined, volume: ProjectedVolume): FileMap {
  const known = new Map(object);
  for (const { key, path } of source.items ?? []) {
    const data = volume.arrived?.get(path);
    if (data !== undefined && !known.has(key)) known.set(key, data);
  }
  return known;
}

function filesOfPod(source: NonNullable<ProjectedSource['downwardAPI']>, field: string, { pod, node }: FileSources, volume: ProjectedVolume): VolumeFile[] {
  return (source.items ?? []).flatMap((item, index) => {
    const what = `${field}.items[${index}].path ${JSON.stringify(item.path)}`;
    const path = toFilePath(item.path, what);
    const arrived = volume.arrived?.get(item.path);
    const told = arrived === undefined ? readPodItem(pod, item, allocatable(node)) : asKubeletWrites(arrived, item.fieldRef?.fieldPath);
    if (told === undefined && volume.required) throw notDelivered(what);
    return told === undefined ? [] : [{ path, mode: item.mode ?? volume.defaultMode, ...ownedBy(item.user ?? volume.defaultUser), data: Buffer.from(told) }];
  });
}

/** The virtual kubelet ends the last of several lines, too. */
function asKubeletWrites(arrived: Buffer, fieldPath: string | undefined): Buffer {
  const isMap = fieldPath === 'metadata.labels' || fieldPath === 'metadata.annotations';
  return isMap && arrived.at(-1) === 0x0a ? arrived.subarray(0, -1) : arrived;
}

/** Of a pod whose containers have one user, or a group, the token is that user's alone, whatever the volume's modes say. */
function fileOfToken({ path: tokenPath, user }: NonNullable<ProjectedSource['serviceAccountToken']>, field: string, pod: Pod, volume: ProjectedVolume): VolumeFile[] {
  const what = `${field}.serviceAccountToken.path ${JSON.stringify(tokenPath)}`;
  const path = toFilePath(tokenPath, what);
  const data = volume.arrived?.get(tokenPath);
  if (data === undefined && volume.required) throw notDelivered(what);
  if (data === undefined) return [];
  const ofAll = commonUser(pod);
  const isPrivate = ofAll !== undefined || typeof pod.spec.securityContext?.fsGroup === 'number';
  return [{ path, mode: isPrivate ? TOKEN_MODE : volume.defaultMode, ...ownedBy(user ?? volume.defaultUser ?? ofAll), data }];
}
