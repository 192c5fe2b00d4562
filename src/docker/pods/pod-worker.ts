import type { Clock } from '../../clock.js';
import type { Logger } from '../../log.js';
import { BackOff, type Trouble } from './back-off.js';

/**
 * Serial syncs of one pod. Invariants:
 * - at most one sync runs; wakes during it cause exactly one more;
 * - after `retire()` no sync begins again;
 * - a sync that fails is tried again after a back-off, and logged when its reason is another than before.
 */
export class PodWorker {
  private dirty = false;
  private draining = false;
  private askedAt: Date | undefined;
  private retired = false;
  private readonly retries = new BackOff();
  private callOff: (() => void) | undefined;

  constructor(
    private readonly syncOnce: () => Promise<void>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Why its syncs fail, while they do. */
  get trouble(): Trouble | undefined {
    return this.retries.trouble;
  }

  /** Whether a sync runs. */
  get isBusy(): boolean {
    return this.draining;
  }

  /** Since when a sync has been asked for that has not begun; `undefined`: none. */
  get waitingSince(): Date | undefined {
    return this.retired ? undefined : this.askedAt;
  }

  /** Asks for a sync; returns at once. */
  wake(): void {
    this.dirty = true;
    this.askedAt ??= this.clock.now();
    if (!this.draining && !this.retired) void this.drain();
  }

  /** Asks for a sync at a time; the newest asking counts. */
  wakeAt(at: Date): void {
    this.callOff?.();
    this.callOff = this.clock.at(at, () => this.wake());
  }

  get isRetired(): boolean {
    return this.retired;
  }

  retire(): void {
    this.retired = true;
    this.callOff?.();
  }

  private async drain(): Promise<void> {
    this.draining = true;
    while (this.dirty && !this.retired) {
      this.dirty = false;
      this.askedAt = undefined;
      try {
        await this.syncOnce();
        this.succeeded();
      } catch (error) {
        this.backOff(error);
        break;
      }
    }
    this.draining = false; // same tick as the check above: no wake is lost
  }

  private succeeded(): void {
    const over = this.retries.succeeded();
    if (over !== undefined) this.logger.info('sync succeeds again', { failures: over.failures });
  }

  private backOff(error: unknown): void {
    const { clock, logger } = this;
    this.wakeAt(this.retries.failed(error, 'sync failed and is tried again', { clock, logger }));
  }
}
