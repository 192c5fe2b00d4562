import { allContainers, parseMilliQuantity, parseQuantity, type Pod } from '../../kube/index.js';

/** One item of a downwardAPI source, the part that says where its value comes from. */
export interface PodFieldReference {
  readonly fieldRef?: { readonly fieldPath: string } | null;
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string } | null;
}

/**
 * What a downwardAPI item says of the pod, as far as the pod itself tells. `undefined`: it does not, as with a limit that the
 * container has not got (a kubelet would fill in its node's size).
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function readPodField(pod: Pod, { fieldRef, resourceFieldRef }: PodFieldReference): string | undefined {
  if (fieldRef) return readMetadata(pod, fieldRef.fieldPath);
  return resourceFieldRef ? readResource(pod, resourceFieldRef) : undefined;
}

function readMetadata({ metadata }: Pod, fieldPath: string): string | undefined {
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
    default:
      return undefined;
  }
}

/** Keys come from strangers: `constructor` is none of ours. */
function own(map: Readonly<Record<string, string>> | null | undefined, key: string): string | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** `key="value"` a line, in the order of the keys. */
function toLines(map: Readonly<Record<string, string>> | null | undefined): string {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}=${JSON.stringify(value)}\n`).join('');
}

function readResource(pod: Pod, reference: NonNullable<PodFieldReference['resourceFieldRef']>): string | undefined {
  const [, kind, name = ''] = /^(limits|requests)\.(.+)$/.exec(reference.resource) ?? [];
  const container = allContainers(pod).find((candidate) => candidate.name === reference.containerName);
  if (kind === undefined || container === undefined) return undefined;
  const { limits, requests } = container.resources ?? {};
  // An API server fills a missing request in from the limit.
  const value = kind === 'limits' ? own(limits, name) : (own(requests, name) ?? own(limits, name) ?? '0');
  if (value === undefined) return undefined;
  const measure = name === 'cpu' ? parseMilliQuantity : parseQuantity;
  return String(Math.ceil(measure(value) / (measure(reference.divisor ?? 0) || measure(1))));
}
