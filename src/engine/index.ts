/** The Docker Engine: an interface, its errors by tag, and the one implementation over dockerode. It knows no pods. */
export type * from './create-options.js';
export type * from './image-types.js';
export type * from './types.js';
export { diagnoseEngine, type EngineDiagnosis } from './diagnosis.js';
export { connectEngine, type EngineLimits } from './connect.js';
export type { EngineAddress } from './connection.js';
export { demultiplex, FrameSplitter, type LogFrame } from './demultiplex.js';
export { EngineError, isEngineError, type EngineErrorTag, hasRunNothing } from './errors.js';
export { errorTagOf, observed, type EngineCall, type Observer } from './observed.js';
export { Slots } from './slots.js';
