/** What went wrong, by tag. The interLink front maps tags to HTTP status in one place (`api/http-status.ts`). */
export type ErrorKind =
  | 'InvalidPod'
  | 'Forbidden'
  | 'PodNotFound'
  | 'Conflict'
  | 'PodDeleted'
  | 'TooLarge'
  | 'OutOfResources'
  | 'EngineFailed'
  | 'NotImplemented'
  | 'EngineUnavailable';

/**
 * The one error that crosses room borders towards a caller. Its message is read by people (`kubectl describe`),
 * so it names the pod's field or the engine's own words, and never a secret.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
