import type { ErrorKind } from '../errors.js';

/** HTTP status of each kind of error. */
export const HTTP_STATUS = {
  InvalidPod: 400,
  Forbidden: 403,
  PodNotFound: 404,
  Conflict: 409,
  PodDeleted: 410,
  TooLarge: 413,
  OutOfResources: 422,
  EngineFailed: 500,
  NotImplemented: 501,
  EngineUnavailable: 503,
} as const satisfies Record<ErrorKind, number>;
