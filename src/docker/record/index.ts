/** A pod as the engine keeps it: names, labels, the record in the sandbox's environment, and the shape of what is observed. */
export * from './names.js';
export type * from './pod-volume.js';
export * from './types.js';
export { DamagedRecord, decodeRecord, encodeRecord, UnknownRecordVersion } from './codec.js';
