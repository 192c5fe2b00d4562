import { expandVariables, readPodField } from '../kube/index.js';
import type { Container, EnvVar, Pod } from '../kube/index.js';
import { decodeSecret, orMissing } from './objects.js';
import type { ClusterObjects } from './objects.js';
import { PodFileError } from './pod-file-error.js';

/**
 * A container's environment as the virtual kubelet sends it: envFrom first, then env over it, references resolved,
 * `$(VAR)` expanded; resource references and absent optional ones are left out.
 * @throws PodFileError for an object or key that is missing
 */
export function resolveEnv(container: Container, pod: Pod, objects: ClusterObjects): EnvVar[] {
  const values = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of readSource(source, container, objects)) values.set(`${source.prefix ?? ''}${name}`, value);
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? readReference(variable, `env ${variable.name} of container ${container.name}`, pod, objects)
      : expandVariables(variable.value ?? '', values);
    if (value !== undefined) values.set(variable.name, value);
  }
  // Go leaves an empty value out.
  return [...values].map(([name, value]) => (value === '' ? { name } : { name, value }));
}

function readSource(source: NonNullable<Container['envFrom']>[number], container: Container, objects: ClusterObjects): [string, string][] {
  const user = `envFrom of container ${container.name}`;
  const { configMapRef, secretRef } = source;
  if (configMapRef) return Object.entries(objects.configMap(configMapRef.name ?? '', user, configMapRef.optional)?.data ?? {});
  if (!secretRef) return [];
  const data = objects.secret(secretRef.name ?? '', user, secretRef.optional)?.data ?? {};
  return Object.entries(data).map(([name, value]) => [name, decodeSecret(value)]);
}

function readReference(variable: EnvVar, user: string, pod: Pod, objects: ClusterObjects): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef } = variable.valueFrom ?? {};
  if (configMapKeyRef) {
    const { name = '', key, optional = false } = configMapKeyRef;
    return orMissing(objects.configMap(name, user, optional)?.data?.[key], `Key ${key} of ConfigMap ${name}`, user, optional);
  }
  if (secretKeyRef) {
    const { name = '', key, optional = false } = secretKeyRef;
    const value = orMissing(objects.secret(name, user, optional)?.data?.[key], `Key ${key} of Secret ${name}`, user, optional);
    return value === undefined ? undefined : decodeSecret(value);
  }
  if (!fieldRef) return undefined;
  const value = readPodField(pod, fieldRef.fieldPath);
  if (value === undefined) throw new PodFileError(`${fieldRef.fieldPath} is not a field for variables, but ${user} uses it`);
  return value;
}
