/** What the engine shows of a pod, as the v1.ContainerStatus objects and the phase that a cluster reads. Pure. */
export { type ContainerStatuses, type PodStatusInput, toPodStatus } from './pod-status.js';
export { toTerminated } from './terminated.js';
export { endWords, inLine } from './why-container.js';
export { podPhaseOf } from './phase.js';
export { withReadinessAsWaiting } from './readiness-view.js';
export { whyOf, type WhyInput } from './why.js';
export { whyOfStranger } from './why-stranger.js';
export type { Standstill } from './why-stuck.js';
export { toWireView } from './wire-view.js';
