import type { Container, Pod } from '../../kube/index.js';

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Every container of a pod, of whatever kind, with its path. */
export function* containersWithPaths({ spec }: Pod): Iterable<readonly [container: Container, path: string]> {
  for (const list of LISTS) {
    for (const [index, container] of (spec[list] ?? []).entries()) yield [container, `pod.spec.${list}[${index}]`];
  }
}
