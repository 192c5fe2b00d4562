import type { ObservedContainer } from '../record/index.js';

/**
 * The attempt whose log a user means. Pure; `attempts` in ascending order.
 * - the newest that started or ended;
 * - with `previous`: the one before it. While the container waits for its next attempt (`waiting`, or that attempt is
 *   created but not started) its last end is already the previous one, as the kubelet's `lastState` has it.
 * @returns `undefined` when there is none: the log is empty, not an error.
 * @see kubelet, validateContainerLogStatus
 */
export function chooseAttempt(
  attempts: readonly ObservedContainer[],
  previous: boolean,
  waiting = false,
): ObservedContainer | undefined {
  const begun = attempts.filter(hasBegun);
  const newest = begun.at(-1);
  if (!previous) return newest;
  const next = attempts.at(-1);
  const isWaiting = waiting || (next !== undefined && !hasBegun(next));
  return isWaiting && newest !== undefined && hasEnded(newest) ? newest : begun.at(-2);
}

/** Whether there is a log of it, be it empty. */
export function hasBegun(attempt: ObservedContainer): boolean {
  return attempt.startedAt !== undefined || attempt.error !== '' || hasEnded(attempt);
}

/** A failed start leaves the engine's state at `created`, with its words in `error`. */
function hasEnded({ state, error }: ObservedContainer): boolean {
  return state === 'exited' || state === 'dead' || (state === 'created' && error !== '');
}
