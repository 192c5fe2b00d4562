import type { Pod } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { type Finding, toVerdict } from './findings.js';
import { checkResourceAbilities } from './resource-abilities.js';
import { checkSecurityAbilities } from './security-abilities.js';
import { checkVolumeAbilities } from './volume-abilities.js';

/**
 * Lets a pod pass that this node's engine can run. For an engine that has been reached: before, nothing is known of it.
 * @throws ProviderError `InvalidPod` naming every field that needs what the engine does not have
 */
export function requireAbilities(pod: Pod, traits: NodeTraits): void {
  toVerdict([...checkAbilities(pod, traits)], traits.policy);
}

/** All that the engine lacks for a pod. */
export function* checkAbilities(pod: Pod, traits: NodeTraits): Iterable<Finding> {
  yield* checkSecurityAbilities(pod, traits);
  yield* checkResourceAbilities(pod, traits);
  yield* checkVolumeAbilities(pod, traits);
}
