import { messageOf } from '../../errors.js';
import { allContainers, isHugepages, isPodLevelResource, parseMilliQuantity, parseQuantity, type Pod, podResources, type ResourceRequirements } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** The engine refuses to create a container with less. */
const LEAST_MEMORY_BYTES = 6 * 1024 * 1024;
/** What every node has; of anything else a request is its limit, in whole pieces. */
const DISK = 'ephemeral-storage';
const ORDINARY = ['cpu', 'memory', DISK];

type Quantities = Readonly<Record<string, string>>;

/** Quantities of a container, that no request is over its limit, and that the node offers what is asked for. */
export function* checkResources(resources: ResourceRequirements | undefined, path: string, { resources: { extended, ephemeralStorageBytes } }: NodePolicy): Iterable<Finding> {
  yield* checkAmounts(resources, path);
  const { limits, requests } = listsOf(resources);
  if (ephemeralStorageBytes === undefined && (sizeOf(requests[DISK]) ?? 0) > 0) {
    yield { kind: 'warning', message: `${fieldOf(`${path}.requests`, DISK)}: it is not counted, for this node does not say how much disk it lends (Resources.EphemeralStorage); limits are held` };
  }
  for (const name of new Set([...Object.keys(limits), ...Object.keys(requests)])) {
    if (!ORDINARY.includes(name)) yield* checkExtended(name, limits, requests, path, extended.some((offered) => offered.name === name));
  }
}

/** What a pod asks for as a whole, beside what its containers do. */
export function* checkPodResources(pod: Pod): Iterable<Finding> {
  const path = 'pod.spec.resources';
  const resources = podResources(pod);
  const { limits, requests } = listsOf(resources);
  yield* checkAmounts(resources, path);
  yield* checkQuantities(pod.spec.overhead ?? {}, 'pod.spec.overhead');
  for (const [list, quantities] of Object.entries({ limits, requests })) {
    for (const name of Object.keys(quantities)) {
      if (!isPodLevelResource(name)) yield invalid(fieldOf(`${path}.${list}`, name), 'a pod can ask as a whole for cpu, memory and huge pages only');
    }
  }
  const limited = ['cpu', 'memory'].filter((name) => (sizeOf(limits[name]) ?? 0) > 0);
  for (const name of limited) yield* checkUnderWhole(name, limits, pod);
  if (limited.length > 0 && allContainers(pod).length > 1) {
    yield { kind: 'warning', message: `${path}.limits: each container is held to it, but not their sum` };
  }
}

function* checkAmounts(resources: ResourceRequirements | undefined, path: string): Iterable<Finding> {
  const { limits, requests } = listsOf(resources);
  yield* checkQuantities(limits, `${path}.limits`);
  yield* checkQuantities(requests, `${path}.requests`);
  const memory = sizeOf(limits['memory']);
  if (memory !== undefined && memory > 0 && memory < LEAST_MEMORY_BYTES * 1000) {
    yield invalid(`${path}.limits.memory`, `${quoted(limits['memory'])} is less than 6Mi, the least that the engine can give a container`);
  }
  for (const [name, quantity] of Object.entries(requests)) {
    const limit = sizeOf(limits[name]);
    const request = sizeOf(quantity);
    if (limit !== undefined && request !== undefined && request > limit) {
      yield invalid(fieldOf(`${path}.requests`, name), `${quoted(quantity)} is over the limit of ${quoted(limits[name])}`);
    }
  }
}

function* checkExtended(name: string, limits: Quantities, requests: Quantities, path: string, isOffered: boolean): Iterable<Finding> {
  const [limit, request] = [sizeOf(limits[name]), sizeOf(requests[name])];
  if ((limit ?? 0) === 0 && (request ?? 0) === 0) return;
  const field = fieldOf(`${path}.${limit === undefined ? 'requests' : 'limits'}`, name);
  if (!isOffered) yield invalid(field, 'this node offers none of it; what it offers is listed in its setting Resources.Extended');
  if ((limit ?? 0) % 1000 !== 0) yield invalid(field, `${quoted(limits[name])} is not a number of whole pieces`);
  if (limit === undefined || (request !== undefined && request < limit)) yield invalid(fieldOf(`${path}.requests`, name), `it must have a limit that is equal to it`);
  if (isHugepages(name)) yield { kind: 'warning', message: `${field}: huge pages are counted, but the engine does not hold a container to them` };
}

function* checkUnderWhole(name: string, whole: Quantities, { spec }: Pod): Iterable<Finding> {
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, { resources }] of (spec[list] ?? []).entries()) {
      const limit = resources?.limits?.[name];
      if ((sizeOf(limit) ?? 0) > (sizeOf(whole[name]) ?? 0)) yield invalid(`pod.spec.${list}[${index}].resources.limits.${name}`, `${quoted(limit)} is over the ${quoted(whole[name])} of the whole pod`);
    }
  }
}

function* checkQuantities(quantities: Quantities, path: string): Iterable<Finding> {
  for (const [name, quantity] of Object.entries(quantities)) {
    try {
      if (parseQuantity(quantity) < 0) yield invalid(fieldOf(path, name), `${quoted(quantity)} is negative`);
    } catch (error) {
      yield invalid(fieldOf(path, name), messageOf(error));
    }
  }
}

/** What is null, or not there, is nothing. */
function listsOf(resources: ResourceRequirements | null | undefined): { readonly limits: Quantities; readonly requests: Quantities } {
  return { limits: resources?.limits ?? {}, requests: resources?.requests ?? {} };
}

function fieldOf(path: string, name: string): string {
  return /^\w+$/.test(name) ? `${path}.${name}` : `${path}[${quoted(name)}]`;
}

/** In thousandths; `undefined` where there is none, or none that can be read. */
function sizeOf(quantity: string | undefined): number | undefined {
  try {
    return quantity === undefined ? undefined : parseMilliQuantity(quantity);
  } catch {
    return undefined; // reported above
  }
}
