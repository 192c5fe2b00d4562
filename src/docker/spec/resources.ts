import type { HostConfig } from '../../engine/index.js';
import { type Container, parseMilliQuantity, parseQuantity, type Pod, podResources, shareOf } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { toOomScore } from './oom-score.js';

/** Microseconds, the kernel's own default. */
const CPU_PERIOD = 100_000;
/** Microseconds a period: the least the engine takes, and what the kubelet uses for smaller limits. */
const LEAST_CPU_QUOTA = 1_000;
/** Weight of one core, of nothing at all, and the most the kernel takes. */
const SHARES_PER_CPU = 1024;
export const LEAST_CPU_SHARES = 2;
const MOST_CPU_SHARES = 262_144;

/**
 * Limits as the engine has them, and what a container weighs where they are no limit. A limit of 0 is none; a container
 * without one of its own has the pod's. Swap is never added to a memory limit.
 */
export function toResources(pod: Pod, container: Container, { policy, abilities }: NodeTraits): HostConfig {
  const limits = { ...podResources(pod)?.limits, ...container.resources?.limits };
  const { pidsPerContainer, ulimits } = policy.resources;
  const memoryBytes = parseQuantity(limits['memory'] ?? 0);
  const oomScore = toOomScore(pod, container, abilities);
  return {
    ...(memoryBytes > 0 && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...toCpuLimit(parseMilliQuantity(limits['cpu'] ?? 0)),
    CpuShares: toCpuShares(shareOf(pod, container, 'cpu')),
    ...(oomScore !== 0 && { OomScoreAdj: oomScore }),
    ...(pidsPerContainer !== undefined && { PidsLimit: pidsPerContainer }),
    ...(ulimits.length > 0 && { Ulimits: ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })) }),
  };
}

/** What the owner of the pod's shared memory carries. */
export function toSharedMemory({ policy }: NodeTraits): Pick<HostConfig, 'ShmSize'> {
  const { shmSizeBytes } = policy.resources;
  return shmSizeBytes === undefined ? {} : { ShmSize: shmSizeBytes };
}

function toCpuLimit(cpuMilli: number): Pick<HostConfig, 'CpuPeriod' | 'CpuQuota'> {
  if (cpuMilli === 0) return {};
  return { CpuPeriod: CPU_PERIOD, CpuQuota: Math.max(LEAST_CPU_QUOTA, (cpuMilli * CPU_PERIOD) / 1000) };
}

/** As the kubelet: by the request. */
function toCpuShares(cpuMilli: number): number {
  return Math.min(Math.max(Math.floor((cpuMilli * SHARES_PER_CPU) / 1000), LEAST_CPU_SHARES), MOST_CPU_SHARES);
}
