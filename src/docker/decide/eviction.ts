import { type Container, parseQuantity, type Pod } from '../../kube/index.js';

/** Bytes on disk that a pod holds. */
export interface PodDiskUsage {
  /** By name in pod.spec.volumes. */
  readonly volumes: ReadonlyMap<string, number>;
  /** By container name: what it has written beside its image and its volumes. */
  readonly containers: ReadonlyMap<string, number>;
}

const STORAGE = 'ephemeral-storage';

/** Whether any disk limit is on a pod, so that its usage has to be counted. */
export function hasDiskLimits({ spec }: Pod): boolean {
  return spec.containers.some((container) => limitOf(container) > 0) || diskVolumes(spec.volumes).some(({ limitBytes }) => limitBytes > 0);
}

/**
 * Which disk limit a pod is over, in the kubelet's words; `undefined`: none.
 * @see kubelet, eviction manager: localStorageEviction
 */
export function overDiskLimit({ spec }: Pod, usage: PodDiskUsage): string | undefined {
  for (const { name, limit, limitBytes } of diskVolumes(spec.volumes)) {
    if (limitBytes > 0 && (usage.volumes.get(name) ?? 0) > limitBytes) return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}".`;
  }
  const podLimit = spec.containers.reduce((sum, container) => sum + limitOf(container), 0);
  const total = sum(usage.containers.values()) + sum(diskVolumes(spec.volumes).map(({ name }) => usage.volumes.get(name) ?? 0));
  if (podLimit > 0 && total > podLimit) return `Pod ephemeral local storage usage exceeds the total limit of containers ${podLimit}.`;
  const over = spec.containers.find((container) => limitOf(container) > 0 && (usage.containers.get(container.name) ?? 0) > limitOf(container));
  return over && `Container ${over.name} exceeded its local ephemeral storage limit "${over.resources?.limits?.[STORAGE] ?? ''}".`;
}

function limitOf({ resources }: Container): number {
  return parseQuantity(resources?.limits?.[STORAGE] ?? 0);
}

/** The pod's emptyDirs on disk; one in memory has its limit from the kernel. */
function diskVolumes(volumes: Pod['spec']['volumes']): { name: string; limit: string; limitBytes: number }[] {
  return (volumes ?? []).flatMap(({ name, emptyDir }) => {
    const limit = emptyDir?.sizeLimit ?? '0';
    return emptyDir && !emptyDir.medium ? [{ name, limit, limitBytes: parseQuantity(limit) }] : [];
  });
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
