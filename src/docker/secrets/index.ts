/** Secret files in memory: one holder container a node, and what fills it again after the engine's restart. */
export { COMPLETE, holderName, holderVolume, SecretsHolder } from './holder.js';
export { parseRecordKeys, type RecordKeys } from './keys.js';
export { openSealed, seal } from './seal.js';
