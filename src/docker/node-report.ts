import { amountOf, type Amounts } from '../kube/index.js';
import type { NodeReport } from '../provider/index.js';
import type { Taint } from './node/index.js';

/** Resources that have a place of their own in a report. */
const ORDINARY = ['cpu', 'memory', 'pods'];

/** As Kubernetes marks its own nodes. `NoExecute` would have the pods deleted, which run on. */
const CORDONED: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoSchedule' };

/** What a report depends on beside what there is to give. */
export interface NodeCondition {
  /** The engine has been reached by this process: what it has is known. */
  readonly isEngineKnown: boolean;
  /** The engine is there now, and this plugin acts for the node name. */
  readonly isReady: boolean;
  readonly isCordoned: boolean;
}

/**
 * What the cluster is told of this node: what all pods together can be given, whoever has it now. The cluster's scheduler takes
 * off itself what it has placed. A node that cannot take a pod has room for none.
 *
 * That is said with 200, also by a plugin that another one has followed, or that has never reached its engine: for the virtual kubelet
 * a ping that fails makes the node NotReady, upon which Kubernetes deletes its pods after five minutes, and they may well run on. It takes a
 * capacity of "0" pods as it is, and leaves alone what is the empty string, so that what is not known stays as it was.
 * interLink does not hand taints on today; they are for when it does.
 * @see interLink, pkg/virtualkubelet: nodeUpdate, updateNodeResources
 */
export function toNodeReport(allocatable: Amounts, taints: readonly Taint[], { isEngineKnown, isReady, isCordoned }: NodeCondition): NodeReport {
  const cpuMilli = amountOf(allocatable, 'cpu');
  const extended = [...allocatable].filter(([name]) => !ORDINARY.includes(name));
  return {
    cpu: !isEngineKnown ? '' : cpuMilli % 1000 === 0 ? String(cpuMilli / 1000) : `${cpuMilli}m`,
    memory: isEngineKnown ? String(amountOf(allocatable, 'memory')) : '',
    pods: isReady && !isCordoned ? String(amountOf(allocatable, 'pods')) : '0',
    accelerators: extended.map(([resourceType, available]) => ({ resourceType, available: String(available) })),
    taints: [...taints, ...(isCordoned ? [CORDONED] : []), ...(isReady ? [] : [NOT_READY])],
  };
}
