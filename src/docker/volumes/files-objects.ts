import { ProviderError } from '../../errors.js';
import type { KeyToPath } from '../../kube/index.js';
import type { FileMap } from '../../provider/index.js';
import { toFilePath } from './files-paths.js';
import type { VolumeFile } from './files-layout.js';

/** A ConfigMap or Secret as a source of files, whichever kind of volume it stands in. */
export interface ObjectSource {
  /** Path of the source in the pod, for errors: `pod.spec.volumes[2].configMap`. */
  readonly field: string;
  /** The member of the source that holds the object's name. */
  readonly nameField: 'name' | 'secretName';
  readonly name: string | undefined;
  readonly items: readonly KeyToPath[] | undefined;
  /** Where false, everything asked for must be there. */
  readonly optional: boolean;
  readonly defaultMode: number;
  /** Owner of the files; root where there is none. */
  readonly defaultUser: number | undefined;
}

/**
 * The files an object gives: those that `items` select and rename, else all of them.
 * @throws ProviderError `InvalidPod` naming the object or key that has not come
 */
export function filesOfObject(source: ObjectSource, object: FileMap | undefined): VolumeFile[] {
  if (object === undefined && !source.optional) throw notDelivered(`${source.field}.${source.nameField} ${JSON.stringify(source.name ?? '')}`);
  const { items, defaultMode, defaultUser, field } = source;
  if (!items?.length) {
    return [...(object ?? [])].map(([key, data]) => ({ path: toFilePath(key, `${field}: key ${JSON.stringify(key)}`), mode: defaultMode, ...ownedBy(defaultUser), data }));
  }
  return items.flatMap(({ key, path, mode, user }, index) => {
    const target = toFilePath(path, `${field}.items[${index}].path ${JSON.stringify(path)}`);
    const data = object?.get(key);
    if (data === undefined && !source.optional) throw notDelivered(`${field}.items[${index}].key ${JSON.stringify(key)}`);
    return data === undefined ? [] : [{ path: target, mode: mode ?? defaultMode, ...ownedBy(user ?? defaultUser), data }];
  });
}

/** The first that is named, of the users that a pod names for a file. */
export function ownedBy(user: number | null | undefined): Pick<VolumeFile, 'uid'> {
  return typeof user === 'number' ? { uid: user } : {};
}

/** @param what the field and its value */
export function notDelivered(what: string): ProviderError {
  return new ProviderError('InvalidPod', `${what}: its content did not come with the pod, and it is not optional`);
}
