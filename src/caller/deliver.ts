import type { ConfigMap, Secret } from 'kubernetes-types/core/v1.js';
import type { Container, Pod, Volume } from '../kube/index.js';
import { orMissing } from './objects.js';
import type { ClusterObjects } from './objects.js';
import { readVolumeField } from './pod-fields.js';

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type DownwardItems = NonNullable<NonNullable<Volume['downwardAPI']>['items']>;

/** One entry of `container` in a create body; Go sends empty lists as null. */
export interface ContainerObjects {
  readonly name: string;
  /** Named by object, once for each mount of it. */
  readonly configMaps: readonly ConfigMap[] | null;
  /** Named by volume; keys are paths of files. */
  readonly projectedvolumemaps: readonly ProjectedFiles[] | null;
  /** Named by object, once for each mount of it. */
  readonly secrets: readonly Secret[] | null;
  readonly emptyDirs: null;
}

/** Files of one projected volume, in the shape of a ConfigMap. */
export interface ProjectedFiles {
  readonly metadata: { readonly name: string; readonly creationTimestamp: null };
  readonly data: Readonly<Record<string, string>>;
}

/**
 * What comes along for the volumes that a container mounts.
 * @throws PodFileError for an object or key that is missing
 */
export function toContainerObjects(container: Container, pod: Pod, objects: ClusterObjects): ContainerObjects {
  const mounted = (container.volumeMounts ?? []).flatMap((mount) => pod.spec.volumes?.filter((volume) => volume.name === mount.name) ?? []);
  const configMaps = mounted.flatMap(({ name, configMap }) => toList(configMap && objects.configMap(configMap.name ?? '', `volume ${name}`, configMap.optional)));
  const secrets = mounted.flatMap(({ name, secret }) => toList(secret && objects.secret(secret.secretName ?? '', `volume ${name}`, secret.optional)));
  const projected = mounted.filter((volume) => volume.projected).map((volume) => toProjectedFiles(volume, pod, objects));
  return {
    name: container.name,
    configMaps: orNull(configMaps),
    projectedvolumemaps: orNull(projected),
    secrets: orNull(secrets),
    emptyDirs: null,
  };
}

function toProjectedFiles(volume: Volume, pod: Pod, objects: ClusterObjects): ProjectedFiles {
  const sources = volume.projected?.sources ?? [];
  const data = Object.assign({}, ...sources.map((source) => readProjection(source, volume.name, pod, objects))) as Record<string, string>;
  return { metadata: { name: volume.name, creationTimestamp: null }, data };
}

/** interLink resolves these three sources only: secrets, binary data and resource fields do not come. */
function readProjection(source: Projection, volume: string, pod: Pod, objects: ClusterObjects): Record<string, string> {
  const { serviceAccountToken, configMap, downwardAPI } = source;
  if (serviceAccountToken) return { [serviceAccountToken.path]: objects.stamp.token };
  if (downwardAPI) return readDownward(downwardAPI.items ?? [], pod);
  if (!configMap) return {};
  const { name = '', items, optional = false } = configMap;
  const user = `volume ${volume}`;
  const data = objects.configMap(name, user, optional)?.data ?? {};
  if (!items) return data;
  return toRecord(items.map(({ key, path }) => [path, orMissing(data[key], `Key ${key} of ConfigMap ${name}`, user, optional)]));
}

function readDownward(items: DownwardItems, pod: Pod): Record<string, string> {
  return toRecord(items.map(({ path, fieldRef }) => [path, fieldRef && readVolumeField(pod, fieldRef.fieldPath)]));
}

function toRecord(entries: readonly (readonly [string, string | undefined])[]): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function toList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length > 0 ? list : null;
}
