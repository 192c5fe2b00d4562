import type { Clock } from '../../clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/**
 * Serial syncs of one pod. Invariants:
 * - at most one sync runs; wakes during it cause exactly one more;
 * - after `retire()` no sync begins again;
 * - a sync that fails is logged and tried again after a back-off.
 */
export class PodWorker {
  private dirty = false;
  private draining = false;
  private retired = false;
  private retryMs = FIRST_RETRY_MS;
  private callOff: (() => void) | undefined;

  constructor(
    private readonly syncOnce: () => Promise<void>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Asks for a sync; returns at once. */
  wake(): void {
    this.dirty = true;
    if (!this.draining && !this.retired) void this.drain();
  }

  /** Asks for a sync at a time; the newest asking counts. */
  wakeAt(at: Date): void {
    this.callOff?.();
    this.callOff = this.clock.at(at, () => this.wake());
  }

  retire(): void {
    this.retired = true;
    this.callOff?.();
  }

  private async drain(): Promise<void> {
    this.draining = true;
    while (this.dirty && !this.retired) {
      this.dirty = false;
      try {
        await this.syncOnce();
        this.retryMs = FIRST_RETRY_MS;
      } catch (error) {
        this.backOff(error);
        break;
      }
    }
    this.draining = false; // same tick as the check above: no wake is lost
  }

  private backOff(error: unknown): void {
    this.logger.warn('sync failed and is tried again', { reason: messageOf(error), retryMs: this.retryMs });
    this.wakeAt(new Date(this.clock.now().getTime() + this.retryMs));
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }
}
