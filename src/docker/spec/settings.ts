import type { ContainerConfig, HostConfig } from '../../engine/index.js';

/** Restarts belong to the pod's worker. */
export const NO_RESTARTS = { Name: 'no' } as const satisfies HostConfig['RestartPolicy'];

/** Explicit, because an engine's default driver may keep no log, or keep it without bound. */
export const LOG_ROTATION = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } } as const satisfies HostConfig['LogConfig'];

/** Kubernetes knows no health check of an image. */
export const NO_HEALTHCHECK = { Test: ['NONE'] } as const satisfies ContainerConfig['Healthcheck'];
