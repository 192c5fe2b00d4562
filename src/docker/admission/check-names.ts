import type { Pod } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** What Kubernetes allows: an engine's names and a host's are made of these. */
export const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const UID = /^[A-Za-z0-9][-.A-Za-z0-9]{0,127}$/;

export const AS_LABEL = 'is not a DNS label (lower-case letters, digits and "-", at most 63 characters)';

/** Names of the pod and of what is in it, and that none comes twice. */
export function* checkNames({ metadata, spec }: Pod): Iterable<Finding> {
  if (!SUBDOMAIN.test(metadata.name)) yield invalid('pod.metadata.name', `${quoted(metadata.name)} is not a DNS name`);
  if (!LABEL.test(metadata.namespace)) yield invalid('pod.metadata.namespace', `${quoted(metadata.namespace)} ${AS_LABEL}`);
  if (!UID.test(metadata.uid)) yield invalid('pod.metadata.uid', `${quoted(metadata.uid)} is not a UID`);
  const taken = new Set<string>();
  yield* checkEach('pod.spec.initContainers', spec.initContainers ?? [], taken);
  yield* checkEach('pod.spec.containers', spec.containers, taken);
  yield* checkEach('pod.spec.ephemeralContainers', spec.ephemeralContainers ?? [], taken);
  yield* checkEach('pod.spec.volumes', spec.volumes ?? [], new Set());
}

function* checkEach(path: string, named: readonly { name: string }[], taken: Set<string>): Iterable<Finding> {
  for (const [index, { name }] of named.entries()) {
    const field = `${path}[${index}].name`;
    if (!LABEL.test(name)) yield invalid(field, `${quoted(name)} ${AS_LABEL}`);
    if (taken.has(name)) yield invalid(field, `${quoted(name)} comes twice`);
    taken.add(name);
  }
}
