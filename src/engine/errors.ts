/** What the engine said, by tag. Made once, from the HTTP status; nobody matches message text. */
export type EngineErrorTag =
  /** 400 */ | 'BadRequest'
  /** 403 */ | 'Forbidden'
  /** 404 */ | 'NotFound'
  /** 409 */ | 'Conflict'
  /** Of a start: a port of the host cannot be had. Only the text tells. */ | 'PortUnavailable'
  /** Of a start: the engine was killed in the middle of the one before, and does not know of it. Only the text tells. */ | 'StartForgotten'
  /** 5xx, anything else */ | 'Failed'
  /** No connection, or it broke: nothing is known of the call's effect. */ | 'Unavailable'
  /** The caller's signal. */ | 'Aborted';

/** An engine call that did not succeed. The message is the engine's own, without the request. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly tag: EngineErrorTag,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function isEngineError(error: unknown, ...tags: EngineErrorTag[]): error is EngineError {
  return error instanceof EngineError && (tags.length === 0 || tags.includes(error.tag));
}

const PORT_UNAVAILABLE = /failed programming external connectivity|port is already allocated/;
const START_FORGOTTEN = /task \S+: already exists$/;
const ADDRESS_TAKEN = /^Address already in use$/;

/** The error of a start, told apart from others that the engine answers in the same way. */
export function toStartError(error: unknown): unknown {
  if (!isEngineError(error, 'Failed', 'Conflict')) return error;
  if (START_FORGOTTEN.test(error.message)) return new EngineError('StartForgotten', error.message, { cause: error });
  if (error.tag !== 'Failed' || !PORT_UNAVAILABLE.test(error.message)) return error;
  return new EngineError('PortUnavailable', error.message, { cause: error });
}

/**
 * Whether a start failed for want of a port or an address that somebody else has, or because the engine had forgotten the one before,
 * by what it wrote about it on the container: nothing of the container has run.
 */
export function hasRunNothing(errorText: string): boolean {
  return PORT_UNAVAILABLE.test(errorText) || ADDRESS_TAKEN.test(errorText) || START_FORGOTTEN.test(errorText);
}
