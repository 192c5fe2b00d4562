import { type EngineErrorTag, isEngineError } from '../../engine/index.js';
import { type ErrorKind, ProviderError } from '../../errors.js';

const KIND: Readonly<Record<EngineErrorTag, ErrorKind>> = {
  BadRequest: 'InvalidPod',
  Forbidden: 'Forbidden',
  NotFound: 'EngineFailed',
  Conflict: 'Conflict',
  PortUnavailable: 'EngineFailed',
  StartForgotten: 'EngineFailed',
  Failed: 'EngineFailed',
  Unavailable: 'EngineUnavailable',
  Aborted: 'EngineUnavailable',
};

/** What a caller is told of an engine call that failed: the engine's own words, with what it was about. */
export function toProviderError(error: unknown, about: string): Error {
  if (isEngineError(error)) return new ProviderError(KIND[error.tag], `${about}: ${error.message}`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
