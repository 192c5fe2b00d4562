/** How much is kept of what containers write, and how far a follow goes. */
export interface LogPolicy {
  /** Of one file of a log, in bytes as the engine keeps them. */
  readonly maxSizeBytes: number;
  readonly maxFiles: number;
  /** Whether a follow goes on with the next attempt, until the pod ends. */
  readonly followRestarts: boolean;
}

/** Of a configuration that says nothing. @see kubelet, containerLogMaxSize and containerLogMaxFiles */
export const DEFAULT_LOG_POLICY: LogPolicy = { maxSizeBytes: 10 * 2 ** 20, maxFiles: 5, followRestarts: false };
