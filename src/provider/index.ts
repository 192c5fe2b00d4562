/** The provider SDK: the abstract class a plugin extends, and the shapes of its calls. */
export { Provider } from './provider.js';
export { DELETES_KEPT_MS, Tombstones } from './tombstones.js';
export type * from './types.js';
export type * from './metrics.js';
export { Counter, Histogram, type MeterTexts } from './meters.js';
export type * from './pod-details.js';
export type * from './pod-rows.js';
export type * from './node-operations.js';
export type * from './capabilities.js';
