import { messageOf } from '../../errors.js';
import { type Amounts, type Container, type EnvVar, type Pod, readPodField, readResourceField } from '../../kube/index.js';
import type { DeliveredObjects, FileMap } from '../../wire/index.js';

/** What references are resolved with. */
export interface Surroundings {
  /** With its place in it. */
  readonly pod: Pod;
  readonly delivered: DeliveredObjects;
  /** What the node can give. */
  readonly size: Amounts;
}

type ValueFrom = NonNullable<EnvVar['valueFrom']>;
type EnvSource = NonNullable<Container['envFrom']>[number];

/** Neither: an optional reference to what is not there. */
interface Found {
  readonly value?: string | undefined;
  /** Begins with the field. */
  readonly problem?: string;
}

interface FoundValues {
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly problems: readonly string[];
}

/** The value of one `valueFrom`. */
export function readReference({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: ValueFrom, field: string, container: Container, around: Surroundings): Found {
  if (configMapKeyRef) return readKey('ConfigMap', configMapKeyRef, `${field}.configMapKeyRef`, around.delivered);
  if (secretKeyRef) return readKey('Secret', secretKeyRef, `${field}.secretKeyRef`, around.delivered);
  if (fieldRef) {
    const value = readPodField(around.pod, fieldRef.fieldPath);
    return value === undefined ? { problem: `${field}.fieldRef.fieldPath: ${quoted(fieldRef.fieldPath)} is no field that containers are told of` } : { value };
  }
  if (!resourceFieldRef) return { problem: `${field}: it names no source that is known` };
  try {
    const value = readResourceField(around.pod, resourceFieldRef, container, around.size);
    return value === undefined ? { problem: `${field}.resourceFieldRef: ${quoted(resourceFieldRef.resource)} is no resource of a container of the pod` } : { value };
  } catch (error) {
    return { problem: `${field}.resourceFieldRef: ${messageOf(error)}` };
  }
}

/** All that one entry of `envFrom` gives. */
export function readSource({ prefix, configMapRef, secretRef }: EnvSource, field: string, { delivered }: Surroundings): FoundValues {
  const [kind, reference, path] = configMapRef ? (['ConfigMap', configMapRef, `${field}.configMapRef`] as const) : (['Secret', secretRef, `${field}.secretRef`] as const);
  if (!reference) return { values: [], problems: [`${field}: it names no source that is known`] };
  const object = textsOf(kind, reference.name ?? '', delivered);
  if (object === undefined) return { values: [], problems: reference.optional ? [] : [`${path}: ${notCome(kind, reference.name)}`] };
  const read = [...object].map(([key, bytes]) => ({ key, ...toText(bytes, `${path}: key ${quoted(key)} of the ${kind}`) }));
  return {
    values: read.flatMap(({ key, value }) => (value === undefined ? [] : [[`${prefix ?? ''}${key}`, value] as const])),
    problems: read.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
  };
}

type Kind = 'ConfigMap' | 'Secret';

function readKey(kind: Kind, { name, key, optional }: NonNullable<ValueFrom['configMapKeyRef']>, field: string, delivered: DeliveredObjects): Found {
  const object = textsOf(kind, name ?? '', delivered);
  const bytes = object?.get(key);
  if (bytes !== undefined) return toText(bytes, `${field}.key: ${quoted(key)}`);
  if (optional) return {};
  return { problem: object === undefined ? `${field}: ${notCome(kind, name)}` : `${field}.key: the ${kind} ${quoted(name)} has no key ${quoted(key)}` };
}

/** An object's keys that can be variables: the binary ones of a ConfigMap cannot. */
function textsOf(kind: Kind, name: string, { configMaps, secrets, binaryKeys }: DeliveredObjects): FileMap | undefined {
  if (kind === 'Secret') return secrets.get(name);
  const binary = binaryKeys.get(name) ?? new Set();
  const object = configMaps.get(name);
  return object && new Map([...object].filter(([key]) => !binary.has(key)));
}

/** A variable is text; its bytes are never shown. */
function toText(bytes: Buffer, what: string): Found {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: `${what} is not text in UTF-8, as a variable must be` };
  }
}

/** interLink sends an object along where a volume of the pod is made of it. */
function notCome(kind: Kind, name: string | undefined): string {
  return `the ${kind} ${quoted(name ?? '')} has not come with the pod`;
}

function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 253));
}
