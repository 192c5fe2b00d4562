import { messageOf } from '../../errors.js';
import { parseMilliQuantity, parseQuantity, type ResourceRequirements } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** The engine refuses to create a container with less. */
const LEAST_MEMORY_BYTES = 6 * 1024 * 1024;

/** Quantities of a container, and that no request is over its limit. */
export function* checkResources(resources: ResourceRequirements | undefined, path: string): Iterable<Finding> {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  yield* checkQuantities(limits, `${path}.limits`);
  yield* checkQuantities(requests, `${path}.requests`);
  const memory = sizeOf(limits['memory']);
  if (memory !== undefined && memory > 0 && memory < LEAST_MEMORY_BYTES * 1000) {
    yield invalid(`${path}.limits.memory`, `${quoted(limits['memory'])} is less than 6Mi, the least that the engine can give a container`);
  }
  for (const name of ['cpu', 'memory']) {
    const limit = sizeOf(limits[name]);
    const request = sizeOf(requests[name]);
    if (limit !== undefined && request !== undefined && request > limit) {
      yield invalid(`${path}.requests.${name}`, `${quoted(requests[name])} is over the limit of ${quoted(limits[name])}`);
    }
  }
}

function* checkQuantities(quantities: Readonly<Record<string, string>>, path: string): Iterable<Finding> {
  for (const [name, quantity] of Object.entries(quantities)) {
    const field = /^\w+$/.test(name) ? `${path}.${name}` : `${path}[${quoted(name)}]`;
    try {
      if (parseQuantity(quantity) < 0) yield invalid(field, `${quoted(quantity)} is negative`);
    } catch (error) {
      yield invalid(field, messageOf(error));
    }
  }
}

/** In thousandths; `undefined` where there is none, or none that can be read. */
function sizeOf(quantity: string | undefined): number | undefined {
  try {
    return quantity === undefined ? undefined : parseMilliQuantity(quantity);
  } catch {
    return undefined; // reported above
  }
}
