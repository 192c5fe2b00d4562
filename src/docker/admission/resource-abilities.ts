import { amountOf, containerRequests, type Pod } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Devices that the engine cannot bring into a container, whatever the node offers. */
export function* checkResourceAbilities({ spec }: Pod, { abilities, policy }: NodeTraits): Iterable<Finding> {
  const byCdi = policy.resources.extended.filter(({ devices }) => devices.some(({ driver }) => driver === 'cdi'));
  if (abilities.cdi) return;
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      const requests = containerRequests(container);
      for (const { name } of byCdi.filter((resource) => amountOf(requests, resource.name) > 0)) {
        yield invalid(`pod.spec.${list}[${index}].resources.limits[${quoted(name)}]`, 'it goes by CDI names, which the engine has switched off or does not know (Docker Engine 25 and later does)');
      }
    }
  }
}
