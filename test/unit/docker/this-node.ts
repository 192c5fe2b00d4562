import { DEFAULT_POLICY, NO_ABILITIES, type NodeTraits } from '../../../src/docker/node/index.js';

/** A node whose operator has decided nothing, over the oldest engine that is supported. */
export const NODE: NodeTraits = { name: 'node', policy: DEFAULT_POLICY, abilities: { ...NO_ABILITIES, cpus: 4, memoryBytes: 8 * 2 ** 30 } };
