import type { ObservedContainer } from '../record/index.js';
import { hasFailedToStart } from './engine-state.js';
import { wasInterrupted } from './sandbox-change.js';
import { hasVanished } from './remember-ended.js';

/** Why an attempt is over. `outside`, `unhealthy` and `sandbox`: it was made to stop, by somebody else, for a probe or hook that failed, or because its namespaces went. */
export type EndCause = 'itself' | 'failedStart' | 'outside' | 'unhealthy' | 'sandbox' | 'vanished';

/** How one attempt ended. */
export interface End {
  readonly cause: EndCause;
  /** As it counts and as it is reported: never 0 for an attempt that did not end of its own accord. */
  readonly exitCode: number;
  /** Number of the signal that ended it, where that is known. */
  readonly signal?: number;
  /** Never before the start: the engine's own times can be, by less than a millisecond. */
  readonly finishedAt: Date;
  readonly startedAt: Date;
}

const SIGTERM = 15;
const SIGKILL = 9;
const SIGNAL_BASE = 128;
/** What the engine gives a start that failed for another reason than the command. */
const START_FAILED = 128;

/**
 * @param container an attempt that has ended
 * @param sandbox the one whose namespaces it shares, if any
 */
export function toEnd(container: ObservedContainer, sandbox: ObservedContainer | undefined): End {
  const startedAt = new Date(container.startedAt ?? container.createdAt);
  const finishedAt = new Date(Math.max(startedAt.getTime(), Date.parse(container.finishedAt ?? container.startedAt ?? container.createdAt)));
  return { ...toCauseAndCode(container, sandbox), startedAt, finishedAt };
}

function toCauseAndCode(container: ObservedContainer, sandbox: ObservedContainer | undefined): Pick<End, 'cause' | 'exitCode' | 'signal'> {
  const { exitCode, endedFromOutside: signal } = container;
  if (hasFailedToStart(container)) return { cause: 'failedStart', exitCode: exitCode === 0 ? START_FAILED : exitCode };
  if (hasVanished(container)) return { cause: 'vanished', exitCode };
  if (container.unhealthy) return { cause: 'unhealthy', ...asSignalled(exitCode, SIGTERM) };
  if (signal !== undefined) return { cause: 'outside', ...asSignalled(exitCode, signal) };
  if (sandbox !== undefined && wasInterrupted(container, sandbox)) return { cause: 'sandbox', ...asSignalled(exitCode, SIGTERM) };
  if (container.oomKilled && exitCode === SIGNAL_BASE + SIGKILL) return { cause: 'itself', exitCode, signal: SIGKILL };
  return { cause: 'itself', exitCode };
}

/** A program that traps the signal and exits 0 has not done its work for that; any other code is its own. */
function asSignalled(exitCode: number, signal: number): Pick<End, 'exitCode' | 'signal'> {
  const counted = exitCode === 0 ? SIGNAL_BASE + signal : exitCode;
  return { exitCode: counted, ...(counted === SIGNAL_BASE + signal && { signal }) };
}
