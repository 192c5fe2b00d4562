import { toGoString } from './go-string.js';
import { type Amounts, toAmount } from './resources.js';
import type { Container, Pod, ResourceFieldSelector } from './types.js';

type Strings = Readonly<Record<string, string>> | null | undefined;

/**
 * A field of the pod as its containers are told of it, in variables and in files; `undefined`: containers are told of no such
 * field, or it is not known yet.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function readPodField({ metadata, spec, status }: Pod, fieldPath: string): string | undefined {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (key !== undefined) return own(metadata[map as 'labels' | 'annotations'], key) ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return toLines(metadata.labels);
    case 'metadata.annotations':
      return toLines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName;
    case 'status.hostIP':
    case 'status.hostIPs':
      return status?.hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return status?.podIP;
    default:
      return undefined;
  }
}

/**
 * What a container asks for or may have, in units of the divisor, rounded up; `undefined`: there is no such container or resource
 * field, or the size of the node is needed and not known.
 * @param own the container that is told, meant where the reference names none
 * @param node what it can give: it stands for a limit that the container has not got
 * @throws InvalidQuantity
 */
export function readResourceField(pod: Pod, { containerName, resource, divisor }: ResourceFieldSelector, own: Container | undefined, node: Amounts): string | undefined {
  const [, list, name = ''] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  const container = containerName ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((candidate) => candidate.name === containerName) : own;
  if (list === undefined || container === undefined) return undefined;
  const amount = list === 'limits' ? limitOf(container, name, node) : requestOf(container, name);
  return amount === undefined ? undefined : String(Math.ceil(amount / (toAmount(name, divisor ?? 0) || toAmount(name, 1))));
}

/** A limit of 0 is none. Of what a node has not got it can give nothing; what it must have may be unknown. */
function limitOf({ resources }: Container, name: string, node: Amounts): number | undefined {
  return toAmount(name, own(resources?.limits, name) ?? 0) || (node.get(name) ?? (name === 'cpu' || name === 'memory' ? undefined : 0));
}

/** An API server fills a missing request in from the limit. */
function requestOf({ resources }: Container, name: string): number {
  return toAmount(name, own(resources?.requests, name) ?? own(resources?.limits, name) ?? 0);
}

/** Keys come from strangers: `constructor` is none of ours. */
function own(map: Strings, key: string): string | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** `key="value"` a line, in the order of the keys; the last line has no end, as the kubelet writes it. */
function toLines(map: Strings): string {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}=${toGoString(value)}`).join('\n');
}
