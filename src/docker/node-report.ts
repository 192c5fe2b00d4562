import { amountOf, type Amounts } from '../kube/index.js';
import type { NodeReport } from '../provider/index.js';
import type { Taint } from './node/index.js';

/** Resources that have a place of their own in a report. */
const ORDINARY = ['cpu', 'memory', 'pods'];

/**
 * What the cluster is told of this node: what all pods together can be given, whoever has it now. The cluster's scheduler takes
 * off itself what it has placed.
 */
export function toNodeReport(allocatable: Amounts, taints: readonly Taint[]): NodeReport {
  const cpuMilli = amountOf(allocatable, 'cpu');
  const extended = [...allocatable].filter(([name]) => !ORDINARY.includes(name));
  return {
    cpu: cpuMilli % 1000 === 0 ? String(cpuMilli / 1000) : `${cpuMilli}m`,
    memory: String(amountOf(allocatable, 'memory')),
    pods: String(amountOf(allocatable, 'pods')),
    accelerators: extended.map(([resourceType, available]) => ({ resourceType, available: String(available) })),
    taints,
  };
}
