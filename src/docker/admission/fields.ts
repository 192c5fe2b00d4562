import type { FieldTable } from './field-rules.js';
import { CONTAINER_FIELDS } from './fields-container.js';
import { POD_FIELDS } from './fields-pod.js';
import { PROBE_FIELDS } from './fields-probes.js';
import { CONTAINER_SECURITY_FIELDS, POD_SECURITY_FIELDS } from './fields-security.js';
import { VOLUME_FIELDS } from './fields-volume.js';

/**
 * What becomes of every field of a PodSpec that Kubernetes knows, by its path below `pod`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const FIELDS: FieldTable = {
  ...below('spec', POD_FIELDS),
  ...below('spec.securityContext', POD_SECURITY_FIELDS),
  ...below('spec.containers[]', CONTAINER_FIELDS),
  ...below('spec.containers[]', PROBE_FIELDS),
  ...below('spec.containers[].securityContext', CONTAINER_SECURITY_FIELDS),
  ...below('spec.initContainers[]', CONTAINER_FIELDS),
  ...below('spec.initContainers[]', PROBE_FIELDS),
  ...below('spec.initContainers[].securityContext', CONTAINER_SECURITY_FIELDS),
  ...below('spec.volumes[]', VOLUME_FIELDS),
};

function below(path: string, fields: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(fields).map(([field, rule]) => [`${path}.${field}`, rule]));
}
