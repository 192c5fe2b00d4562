import type { ContainerReading } from './reading.js';

/** Whether a container has started up, so that what comes after it may begin. A startup probe would have its say here. */
export function hasStartedUp({ standing }: ContainerReading): boolean {
  return standing.kind === 'running';
}
