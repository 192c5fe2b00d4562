import type { Pod } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import { resolveEnvironment } from '../environment/index.js';
import { allocatable } from '../ledger/index.js';
import { gatewayOf } from '../network/index.js';
import type { NodeTraits } from '../node/index.js';
import type { PodNetwork } from '../record/index.js';

/**
 * The pod with final variables. Once, at its acceptance, because its address can be among them, and what came with it is not kept.
 * @throws ProviderError `InvalidPod` naming the fields in the way
 */
export function withEnvironment({ pod, delivered }: CreateRequest, { ip, subnet }: Pick<PodNetwork, 'ip' | 'subnet'>, node: NodeTraits): Pod {
  const { environment } = node.policy;
  return resolveEnvironment(pod, delivered, { node: node.name, podIP: ip, hostIP: environment.hostIP ?? gatewayOf(subnet), size: allocatable(node) }, environment);
}
