import type { Container, EnvVar, Pod } from '../kube/index.js';
import { allContainers } from '../kube/index.js';
import { decodeSecret } from './objects.js';
import type { ClusterObjects } from './objects.js';

type ValueFrom = NonNullable<EnvVar['valueFrom']>;

/**
 * A container's environment as interLink sends it where the virtual kubelet runs with SkipDownwardAPIResolution: in order, what
 * envFrom gives behind it, `$(VAR)` as written, most fields of the pod empty, and what cannot be found left as a reference.
 */
export function skipEnv(container: Container, pod: Pod, objects: ClusterObjects): EnvVar[] {
  const own = container.env ?? [];
  const names = new Set(own.map(({ name }) => name));
  const behind = new Map((container.envFrom ?? []).flatMap((source) => entriesOf(source, objects)).filter(([name]) => !names.has(name)));
  const resolved = own.map((variable) => (variable.valueFrom ? toVariable(variable, readValue(variable.valueFrom, container, pod, objects)) : variable));
  return [...resolved, ...[...behind].map(([name, value]) => toVariable({ name }, value))];
}

/** Go leaves an empty value out. */
function toVariable(variable: EnvVar, value: string | undefined): EnvVar {
  if (value === undefined) return variable;
  return { name: variable.name, ...(value !== '' && { value }) };
}

function entriesOf({ prefix = '', configMapRef, secretRef }: NonNullable<Container['envFrom']>[number], objects: ClusterObjects): [string, string][] {
  const configMap = configMapRef && objects.configMap(configMapRef.name ?? '', 'envFrom', true);
  const secret = secretRef && objects.secret(secretRef.name ?? '', 'envFrom', true);
  const texts = Object.entries(configMap?.data ?? {});
  const secrets = Object.entries(secret?.data ?? {}).map(([key, value]): [string, string] => [key, decodeSecret(value)]);
  return [...texts, ...secrets].map(([key, value]) => [prefix + key, value]);
}

/** `undefined`: interLink leaves the reference as it is. */
function readValue({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: ValueFrom, container: Container, pod: Pod, objects: ClusterObjects): string | undefined {
  if (fieldRef) return readField(pod, fieldRef.fieldPath);
  if (configMapKeyRef) return objects.configMap(configMapKeyRef.name ?? '', 'env', true)?.data?.[configMapKeyRef.key];
  if (secretKeyRef) {
    const value = objects.secret(secretKeyRef.name ?? '', 'env', true)?.data?.[secretKeyRef.key];
    return value === undefined ? undefined : decodeSecret(value);
  }
  if (!resourceFieldRef) return undefined;
  const [list = '', name = ''] = resourceFieldRef.resource.split('.', 2);
  const meant = resourceFieldRef.containerName ? allContainers(pod).find((one) => one.name === resourceFieldRef.containerName) : container;
  return meant?.resources?.[list as 'limits' | 'requests']?.[name] ?? '0';
}

function readField({ metadata, status }: Pod, fieldPath: string): string | undefined {
  const known: Readonly<Record<string, string | undefined>> = { 'metadata.name': metadata.name, 'metadata.namespace': metadata.namespace, 'metadata.uid': metadata.uid, 'status.podIP': status?.podIP };
  const [, annotation] = /^metadata\.annotations\['(.+)'\]$/.exec(fieldPath) ?? [];
  return annotation === undefined ? (known[fieldPath] ?? '') : metadata.annotations?.[annotation];
}
