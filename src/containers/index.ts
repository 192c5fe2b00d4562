/**
 * A Provider for backends that can start a program and say when it has ended: the order of a pod's containers, restarts, statuses, logs
 * and deletions are done here, in memory.
 */
export { ContainerProvider } from './container-provider.js';
export type { ContainerStart, StartedContainer } from './container-run.js';
export { ContainerLog } from './container-log.js';
