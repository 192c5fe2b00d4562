import type { Pod } from '../kube/index.js';

const MAP_MEMBER = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/**
 * A field of the pod as the downward API gives it to variables and files; `undefined` for one it does not know.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function readPodField(pod: Pod, fieldPath: string): string | undefined {
  const [, map, key] = MAP_MEMBER.exec(fieldPath) ?? [];
  if (key !== undefined) return pod.metadata[map === 'labels' ? 'labels' : 'annotations']?.[key] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return toLines(pod.metadata.labels);
    case 'metadata.annotations':
      return toLines(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName;
    case 'status.hostIP':
    case 'status.hostIPs':
      return pod.status?.hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return pod.status?.podIP;
    default:
      return undefined;
  }
}

/** One `key="value"` a line, sorted. */
function toLines(map: Readonly<Record<string, string>> = {}): string {
  const keys = Object.keys(map).sort();
  return keys.map((key) => `${key}=${JSON.stringify(map[key])}\n`).join('');
}
