import { allContainers, MESH_HELPER } from './containers.js';
import { type Amounts, containerRequests, podResources, requestsWithoutOverhead, toAmounts } from './resources.js';
import type { Pod, ResourceRequirements } from './types.js';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The resources that the class is made of. */
const COUNTED = ['cpu', 'memory'];

/**
 * The pod's quality of service: by what it asks for as a whole where it does, else by all of its containers.
 * @throws InvalidQuantity
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClass(pod: Pod): QosClass {
  const ofPod = podResources(pod);
  const pairs = hasAny(ofPod)
    ? [{ requests: counted(requestsWithoutOverhead(pod)), limits: counted(toAmounts(ofPod.limits)) }]
    : allContainers(pod).filter(({ name }) => name !== MESH_HELPER).map((one) => ({ requests: counted(containerRequests(one)), limits: counted(toAmounts(one.resources?.limits)) }));
  if (pairs.every(({ requests, limits }) => requests.size === 0 && limits.size === 0)) return 'BestEffort';
  const isGuaranteed = pairs.every(({ requests, limits }) => COUNTED.every((name) => limits.has(name) && limits.get(name) === requests.get(name)));
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function hasAny(resources: ResourceRequirements | undefined): resources is ResourceRequirements {
  return Object.keys({ ...resources?.limits, ...resources?.requests }).length > 0;
}

/** What is asked for, of what counts; nothing is not asked for. */
function counted(amounts: Amounts): Amounts {
  return new Map([...amounts].filter(([name, amount]) => COUNTED.includes(name) && amount > 0));
}
