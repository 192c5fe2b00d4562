import { networkAliases, type Pod } from '../../kube/index.js';
import { hasEgress } from '../node/index.js';
import { HOST_NETWORK, type NetworkKind, type PodNetwork } from '../record/index.js';
import type { Rooms } from './rooms.js';

/**
 * Where a pod is: on a network of its namespace with an address of its own, or on that of its host. Asked again, it is where it was.
 * @param wanted.ip the address that the pod's running container already has, and `kind` the network that it is on
 * @throws ProviderError when there is no address left, or the host's is not known
 */
export async function placePod(pod: Pod, rooms: Rooms, wanted: { readonly ip?: string | undefined; readonly kind?: NetworkKind | undefined; readonly signal?: AbortSignal } = {}): Promise<PodNetwork> {
  const { network, environment } = rooms.traits.policy;
  if (pod.spec.hostNetwork === true) {
    return { name: HOST_NETWORK, subnet: '', ip: environment.hostIP ?? (await rooms.networks.hostAddress(wanted.signal)), aliases: [] };
  }
  const { namespace, uid } = pod.metadata;
  const kind = wanted.kind ?? { namespace: network.shared ? '' : namespace, internal: !hasEgress(pod, network) };
  const claim = await rooms.networks.claim(kind, uid, rooms.clock.now(), wanted);
  return { ...claim, aliases: networkAliases(pod, network.dns.domain) };
}
