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
  return spec.containers.some((container) => limitOf(container) > 0) || diskVolumes(spec.volumes).some(({ limit }) => parseQuantity(limit) > 0);
}

/**
 * Which disk limit a pod is over, in the kubelet's words; `undefined`: none.
 * @see kubelet, eviction manager: localStorageEviction
 */
export function overDiskLimit({ spec }: Pod, usage: PodDiskUsage): string | undefined {
  const isOver = ({ name, limit }: DiskVolume): boolean => parseQuantity(limit) > 0 && (usage.volumes.get(name) ?? 0) > parseQuantity(limit);
  const volumes = diskVolumes(spec.volumes);
  const full = volumes.find(isOver);
  if (full !== undefined) return `Usage of ${full.kind} volume "${full.name}" exceeds the limit "${full.limit}".`;
  const podLimit = spec.containers.reduce((sum, container) => sum + limitOf(container), 0);
  const total = sum(usage.containers.values()) + sum(volumes.filter(({ kind }) => kind === 'EmptyDir').map(({ name }) => usage.volumes.get(name) ?? 0));
  if (podLimit > 0 && total > podLimit) return `Pod ephemeral local storage usage exceeds the total limit of containers ${podLimit}.`;
  const over = spec.containers.find((container) => limitOf(container) > 0 && (usage.containers.get(container.name) ?? 0) > limitOf(container));
  return over && `Container ${over.name} exceeded its local ephemeral storage limit "${over.resources?.limits?.[STORAGE] ?? ''}".`;
}

function limitOf({ resources }: Container): number {
  return parseQuantity(resources?.limits?.[STORAGE] ?? 0);
}

interface DiskVolume {
  readonly kind: 'EmptyDir' | 'Ephemeral';
  readonly name: string;
  /** A quantity; 0: none. */
  readonly limit: string;
}

/** The pod's own volumes on disk; one in memory has its limit from the kernel. What a claim asks for is all that it gets. */
function diskVolumes(volumes: Pod['spec']['volumes']): DiskVolume[] {
  return (volumes ?? []).flatMap(({ name, emptyDir, ephemeral }): DiskVolume[] => {
    if (ephemeral) return [{ kind: 'Ephemeral', name, limit: ephemeral.volumeClaimTemplate?.spec.resources?.requests?.['storage'] ?? '0' }];
    return emptyDir && !emptyDir.medium ? [{ kind: 'EmptyDir', name, limit: emptyDir.sizeLimit ?? '0' }] : [];
  });
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
