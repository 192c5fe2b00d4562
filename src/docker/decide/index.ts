/**
 * What to do next with a pod, as pure functions: `decide` itself, and the readings of a pod that its status is made of too,
 * so that each rule lives once.
 */
export type * from './types.js';
export { decide } from './decide.js';
export { endingByDeadline } from './deadline.js';
export { hasDiskLimits, overDiskLimit, type PodDiskUsage } from './eviction.js';
export { rememberEnded } from './remember-ended.js';
export { type BackOff, doublingDelayMs, restartBackOff } from './back-off.js';
export { waitedForAfter } from './waited-for.js';
export { ailmentOf, type ContainerHealth, hasStartedUp, isInPostStart, isReady, type ProbeResult, type ProbeTracks } from './health.js';
export { afterAnswer, nextProbeAt, type ProbedAttempt } from './probe-plan.js';
export { type End, type EndCause, toEnd } from './end.js';
export { hasEnded, isRunning } from './engine-state.js';
export { type Initialisation, initialisationOf, isAtItsEnd, isFinished, isOver, keptSidecars } from './progress.js';
export { type ContainerReading, type PodReading, readPod, type Standing } from './reading.js';
export { RESTART_ALL, type RestartPolicy } from './restart-rules.js';
export { type StartGate, startGateOf } from './start-gate.js';
