import type { Device, ExtendedResource, NodeTraits, ResourcePolicy } from '../../../../src/docker/node/index.js';
import { DEFAULT_RESOURCE_POLICY } from '../../../../src/docker/node/index.js';
import type { Pod } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';

/** The node of the unit tests (4 cores, 8 GiB) with something of its own. */
export function nodeWith(resources: Partial<ResourcePolicy> = {}): NodeTraits {
  return { ...NODE, policy: { ...NODE.policy, resources: { ...DEFAULT_RESOURCE_POLICY, ...resources } } };
}

/** GPUs by these ids. */
export function gpus(...ids: readonly string[]): ExtendedResource {
  return { name: 'nvidia.com/gpu', capacity: ids.length, devices: ids.map((id): Device => ({ id, driver: 'nvidia' })) };
}

/** A pod whose only container asks for this much. */
export function asking(uid: string, requests: Readonly<Record<string, string>>, more: Partial<Pod['spec']> = {}): Pod {
  return { metadata: { name: uid, namespace: 'team', uid }, spec: { containers: [{ name: 'main', resources: { requests, limits: requests } }], ...more } };
}
