import type { ConfigMap, Secret } from 'kubernetes-types/core/v1.js';
import { PodFileError } from './pod-file-error.js';
import { toTime } from './stamp.js';
import type { Stamp } from './stamp.js';

/** Objects of the pod's namespace, by name, as an API server would hand them out. */
export class ClusterObjects {
  private readonly configMaps: ReadonlyMap<string, ConfigMap>;
  private readonly secrets: ReadonlyMap<string, Secret>;

  constructor(
    { configMaps, secrets }: { readonly configMaps: readonly ConfigMap[]; readonly secrets: readonly Secret[] },
    namespace: string,
    readonly stamp: Stamp,
  ) {
    const authority: ConfigMap = { metadata: { name: 'kube-root-ca.crt', namespace }, data: { 'ca.crt': stamp.certificate } };
    this.configMaps = toMap([authority, ...configMaps], namespace, stamp);
    this.secrets = toMap(secrets, namespace, stamp);
  }

  /** `undefined` only where `optional`. @throws PodFileError naming the object and its user */
  configMap(name: string, user: string, optional = false): ConfigMap | undefined {
    return orMissing(this.configMaps.get(name), `ConfigMap ${name}`, user, optional);
  }

  /** `undefined` only where `optional`. @throws PodFileError naming the object and its user */
  secret(name: string, user: string, optional = false): Secret | undefined {
    return orMissing(this.secrets.get(name), `Secret ${name}`, user, optional);
  }
}

/** `value`, or `undefined` where `optional`. @throws PodFileError naming what is missing and its user */
export function orMissing<T>(value: T | undefined, what: string, user: string, optional: boolean): T | undefined {
  if (value === undefined && !optional) throw new PodFileError(`${what} is not in the file, but ${user} uses it`);
  return value;
}

/** Text of a Secret's value. */
export function decodeSecret(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function toMap<T extends ConfigMap | Secret>(objects: readonly T[], namespace: string, stamp: Stamp): ReadonlyMap<string, T> {
  const own = objects.filter((object) => object.metadata?.namespace === namespace);
  return new Map(own.map((object) => [object.metadata?.name ?? '', withIdentity(object, stamp)]));
}

function withIdentity<T extends ConfigMap | Secret>(object: T, { uid, resourceVersion, now }: Stamp): T {
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion, creationTimestamp: toTime(now) } };
}
