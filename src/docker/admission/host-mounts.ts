import { posix } from 'node:path';
import type { Pod, Volume } from '../../kube/index.js';
import { type ClaimPlace, type HostPlace, type NodePolicy, placeClaim, placeHostPath } from '../node/index.js';

/** Whether a volume is a path of the host that is bound as it is, and whether pods may only read it. */
export function isHostMount(volume: Volume, pod: Pod, policy: NodePolicy): 'readOnly' | 'writable' | undefined {
  const place = placeOf(volume, pod, policy);
  if (place === undefined || !('path' in place) || place.below !== undefined) return undefined;
  return place.readOnly ? 'readOnly' : 'writable';
}

/** What is no path or no name is reported elsewhere. */
function placeOf({ hostPath, persistentVolumeClaim: claim }: Volume, { metadata }: Pod, policy: NodePolicy): HostPlace | ClaimPlace | undefined {
  if (hostPath) return typeof hostPath.path === 'string' ? placeHostPath(posix.resolve('/', hostPath.path), policy) : undefined;
  return claim && typeof claim.claimName === 'string' ? placeClaim(metadata.namespace, claim.claimName, policy) : undefined;
}
