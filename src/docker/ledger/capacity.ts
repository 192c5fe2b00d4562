import { amountOf, type Amounts, type Pod, podRequests } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';

/** What pods can be given, all of them together: what the engine or the operator says there is, without what is kept for the host. */
export function allocatable({ abilities, policy: { resources } }: NodeTraits): Amounts {
  const cpuMilli = resources.cpuMilli ?? abilities.cpus * 1000;
  const memoryBytes = resources.memoryBytes ?? abilities.memoryBytes;
  return new Map([
    ['cpu', Math.max(cpuMilli - resources.reservedCpuMilli, 0)],
    ['memory', Math.max(memoryBytes - resources.reservedMemoryBytes, 0)],
    ['pods', resources.pods],
    ...(resources.ephemeralStorageBytes === undefined ? [] : [['ephemeral-storage', resources.ephemeralStorageBytes] as const]),
    ...resources.extended.map(({ name, capacity }) => [name, capacity] as const),
  ]);
}

/** What a pod takes of a node. Disk space counts where the operator says how much of it there is. */
export function demandOf(pod: Pod, { policy: { resources } }: NodeTraits): Amounts {
  const isCounted = (name: string): boolean => name !== 'ephemeral-storage' || resources.ephemeralStorageBytes !== undefined;
  return new Map([['pods', 1], ...[...podRequests(pod)].filter(([name]) => isCounted(name))]);
}

/** What does not fit, as a kubelet words it; the first of it is the reason. Empty: it fits. */
export function shortages(demand: Amounts, used: Amounts, capacity: Amounts): string[] {
  return [...demand]
    .filter(([name, requested]) => requested > 0 && requested + amountOf(used, name) > amountOf(capacity, name))
    .map(([name, requested]) => toShortage(name, requested, amountOf(used, name), amountOf(capacity, name)));
}

/** CPU in millicores, everything else in whole units. */
export function toShortage(name: string, requested: number, used: number, capacity: number): string {
  return `OutOf${name}: Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
}
