import type { ContainerConfig, HostConfig } from '../../engine/index.js';
import type { LogPolicy } from '../node/index.js';

/** Restarts belong to the pod's worker. */
export const NO_RESTARTS = { Name: 'no' } as const satisfies HostConfig['RestartPolicy'];

/** Explicit, because an engine's default driver may keep no log, or keep it without bound. */
export function toLogConfig({ maxSizeBytes, maxFiles }: LogPolicy): NonNullable<HostConfig['LogConfig']> {
  return { Type: 'json-file', Config: { 'max-size': String(maxSizeBytes), 'max-file': String(maxFiles) } };
}

/** Kubernetes knows no health check of an image. */
export const NO_HEALTHCHECK = { Test: ['NONE'] } as const satisfies ContainerConfig['Healthcheck'];
