/** Probes and hooks: what containers are asked, in what way, and the order of it. What follows from the answers is decided elsewhere. */
export { AttemptProbes, type ProbeListener } from './attempt-probes.js';
export { HungExecs } from './hung-execs.js';
export { Prober } from './prober.js';
export { DEFAULT_REACH, ProbeReach, type ReachSettings } from './reach.js';
export type { Dial, NodeAddresses, Place, ProbeAnswer, ProbeTarget } from './types.js';
