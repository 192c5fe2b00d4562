/** The Docker Engine: an interface, its errors by tag, and the one implementation over dockerode. It knows no pods. */
export type * from './types.js';
export { EngineError, isEngineError, type EngineErrorTag } from './errors.js';
