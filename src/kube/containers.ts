import type { Container, Pod } from './types.js';

const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container';

/** The container that connects a pod with its cluster's network: not the pod's own. No Kubernetes name has capitals. */
export const MESH_HELPER = 'MESH';

/** Where a container leaves its last words, if it names no other place. */
export const DEFAULT_MESSAGE_PATH = '/dev/termination-log';

/** The container meant where none is named: the annotated one where it exists, else the first. */
export function defaultContainerName(pod: Pod): string {
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION];
  const named = allContainers(pod).find((container) => container.name === annotated);
  return named?.name ?? pod.spec.containers[0]?.name ?? '';
}

/** Init containers, then containers, in the order of the spec. */
export function allContainers(pod: Pod): readonly Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
}

/** Names of the images that a pod wants: of its containers, and of its volumes that are images. */
export function imagesOfPod(pod: Pod): string[] {
  return [...allContainers(pod).map(({ image }) => image), ...(pod.spec.volumes ?? []).map(({ image }) => image?.reference)].filter((image) => image !== undefined);
}

/** An init container that goes on beside the main ones: its own restartPolicy is Always. */
export function isNativeSidecar(initContainer: Container): boolean {
  return initContainer.restartPolicy === 'Always';
}

export function nativeSidecars({ spec }: Pod): readonly Container[] {
  return (spec.initContainers ?? []).filter(isNativeSidecar);
}

/** What runs at the same time once the pod is initialised: sidecars, then containers. */
export function lastingContainers(pod: Pod): readonly Container[] {
  return [...nativeSidecars(pod), ...pod.spec.containers];
}

/**
 * Whether the pod has namespaces that outlive its containers, or that several of them share. Otherwise its one container
 * has them to itself. A volume in memory counts too: only a running holder keeps its contents.
 */
export function sharesNamespaces(pod: Pod): boolean {
  const { shareProcessNamespace, volumes } = pod.spec;
  const inMemory = volumes?.some(({ emptyDir }) => emptyDir?.medium === 'Memory' || emptyDir?.medium?.startsWith('HugePages')) ?? false;
  return allContainers(pod).length > 1 || shareProcessNamespace === true || inMemory;
}
