import type { ContainerReading } from './reading.js';

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** A container that ran this long is taken as healthy: its next restart is a first one again. */
const HEALTHY_MS = 600_000;

/** The wait before the next attempt of a container that has ended. */
export interface BackOff {
  readonly delayMs: number;
  /** When it is over. */
  readonly until: Date;
}

/** A delay that doubles from 10 s up to 5 min; `count` from 1. Restarts and image pulls go by it. */
export function doublingDelayMs(count: number): number {
  return Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS);
}

/**
 * The kubelet's restart back-off: at once, then 10 s, 20 s, … 5 min after the end of the attempt before.
 * @param waitedMs what was waited before the attempt that ended; unknown after a restart of the plugin
 */
export function restartBackOff({ standing }: ContainerReading, waitedMs: number | undefined): BackOff | undefined {
  if (standing.kind !== 'ended') return undefined;
  const { startedAt, finishedAt } = standing.end;
  const ranMs = finishedAt.getTime() - startedAt.getTime();
  const delayMs = nextDelayMs(standing.attempt.attempt, waitedMs ?? expectedDelayMs(standing.attempt.attempt), ranMs);
  return { delayMs, until: new Date(finishedAt.getTime() + delayMs) };
}

function nextDelayMs(attempt: number, waitedMs: number, ranMs: number): number {
  if (attempt === 0 || ranMs >= HEALTHY_MS) return 0;
  return waitedMs === 0 ? FIRST_MS : Math.min(waitedMs * 2, LONGEST_MS);
}

/** What an attempt had to wait, where all those before it failed soon. */
export function expectedDelayMs(attempt: number): number {
  return attempt <= 1 ? 0 : doublingDelayMs(attempt - 1);
}
