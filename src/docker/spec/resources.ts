import type { HostConfig } from '../../engine/index.js';
import { parseMilliQuantity, parseQuantity, type ResourceRequirements } from '../../kube/index.js';

/** Microseconds, the kernel's own default. */
const CPU_PERIOD = 100_000;
/** Microseconds a period: the least the engine takes, and what the kubelet uses for smaller limits. */
const LEAST_CPU_QUOTA = 1_000;

/** Limits as the engine has them; a limit of 0 is none. Swap is never added to a memory limit. */
export function toResourceLimits(resources: ResourceRequirements | undefined): Pick<HostConfig, 'Memory' | 'MemorySwap' | 'CpuPeriod' | 'CpuQuota'> {
  const memoryBytes = parseQuantity(resources?.limits?.['memory'] ?? 0);
  const cpuMilli = parseMilliQuantity(resources?.limits?.['cpu'] ?? 0);
  const quota = Math.max(LEAST_CPU_QUOTA, (cpuMilli * CPU_PERIOD) / 1000);
  return {
    ...(memoryBytes > 0 && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(cpuMilli > 0 && { CpuPeriod: CPU_PERIOD, CpuQuota: quota }),
  };
}
