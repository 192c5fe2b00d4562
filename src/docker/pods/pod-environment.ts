import type { Pod } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import { resolveEnvironment } from '../environment/index.js';
import { allocatable } from '../ledger/index.js';
import { gatewayOf } from '../network/index.js';
import type { NodeTraits } from '../node/index.js';
import { isHostNetwork, type PodNetwork } from '../record/index.js';

/**
 * The pod with final variables. Once, at its acceptance, because its address can be among them, and what came with it is not kept.
 * @throws ProviderError `InvalidPod` naming the fields in the way
 */
export function withEnvironment({ pod, delivered }: CreateRequest, network: PodNetwork, node: NodeTraits): Pod {
  const { environment } = node.policy;
  const { ip, subnet } = network;
  const hostIP = environment.hostIP ?? (isHostNetwork(network) ? ip : gatewayOf(subnet));
  return resolveEnvironment(pod, delivered, { node: node.name, podIP: ip, hostIP, size: allocatable(node) }, environment);
}
