import { type Container, isNativeSidecar, parseQuantity, type Pod, type Volume } from '../../kube/index.js';

/**
 * Bytes that a volume in memory may hold, as on a kubelet: the smaller of its own limit and what the pod may use at all.
 * `undefined`: neither has a limit; the engine's kernel then takes half of its memory.
 */
export function memoryVolumeBytes(volume: Volume, pod: Pod): number | undefined {
  const limits = [toLimit(volume.emptyDir?.sizeLimit), podMemoryLimit(pod)].flatMap((limit) => limit ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** A pod whose containers do not all have a limit has none. */
function podMemoryLimit({ spec }: Pod): number | undefined {
  const inits = spec.initContainers ?? [];
  const sidecars = sum(inits.filter(isNativeSidecar));
  const mains = sum(spec.containers);
  const largestInit = inits.filter((one) => !isNativeSidecar(one)).map(limitOf).reduce<number | undefined>(max, 0);
  if (sidecars === undefined || mains === undefined || largestInit === undefined) return undefined;
  return Math.max(mains, largestInit) + sidecars;
}

function sum(containers: readonly Container[]): number | undefined {
  return containers.map(limitOf).reduce<number | undefined>((total, limit) => (total === undefined || limit === undefined ? undefined : total + limit), 0);
}

function max(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}

function limitOf({ resources }: Container): number | undefined {
  return toLimit(resources?.limits?.['memory']);
}

/** A limit of 0 is none. */
function toLimit(quantity: string | undefined): number | undefined {
  return quantity === undefined ? undefined : parseQuantity(quantity) || undefined;
}
