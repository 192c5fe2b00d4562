import type { Clock } from '../../clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** What keeps something from its end, as of its newest try. */
export interface Trouble {
  /** In words. */
  readonly reason: string;
  /** When the first try failed since the last success. */
  readonly since: Date;
  readonly failures: number;
}

/** Counts failures in a row, and says how long to wait after each: twice as long as before, up to a limit. */
export class BackOff {
  private current: Trouble | undefined;
  private retryMs = FIRST_RETRY_MS;

  get trouble(): Trouble | undefined {
    return this.current;
  }

  /**
   * Counts a failure and tells it, as a warning where its reason is another than that of the last one.
   * @returns when to try again
   */
  failed(error: unknown, message: string, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }, fields: object = {}): Date {
    const { current } = this;
    const [now, reason] = [clock.now(), messageOf(error)];
    if (current !== undefined) this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    this.current = { reason, since: current?.since ?? now, failures: (current?.failures ?? 0) + 1 };
    logger[reason === current?.reason ? 'debug' : 'warn'](message, { ...fields, reason, retryMs: this.retryMs });
    return new Date(now.getTime() + this.retryMs);
  }

  /** How long to wait now. */
  get waitMs(): number {
    return this.retryMs;
  }

  /** @returns the trouble that is over, if there was one */
  succeeded(): Trouble | undefined {
    const over = this.current;
    this.current = undefined;
    this.retryMs = FIRST_RETRY_MS;
    return over;
  }
}
