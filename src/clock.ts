/** Time as an argument: unit tests advance a clock of their own. */
export interface Clock {
  /** The time. */
  now(): Date;
  /** Runs `wake` once at or after `at`; the returned function calls it off. */
  at(at: Date, wake: () => void): () => void;
}

/** Node's timers hold 31 bits of milliseconds; a later time is reached in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. Its timers keep no process from ending. */
export const systemClock: Clock = {
  now: () => new Date(),
  at(at, wake) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = at.getTime() - Date.now();
      timer = setTimeout(() => (leftMs > LONGEST_TIMER_MS ? arm() : wake()), Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
