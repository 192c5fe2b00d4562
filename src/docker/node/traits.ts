import type { EngineAbilities } from './abilities.js';
import type { NodePolicy } from './policy.js';

/** Of the node, what shapes its pods. */
export interface NodeTraits {
  /** Name of the virtual node. */
  readonly name: string;
  readonly policy: NodePolicy;
  readonly abilities: EngineAbilities;
}
