import { type Engine, isEngineError } from '../../engine/index.js';
import type { Clock } from '../../clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';

/** What a container has to do before it is told to end. @param signal aborted when its time is up */
export type BeforeStop = (signal: AbortSignal) => Promise<void>;

/** Seconds that a container has at least to end in after the hook before its stop. @see kubelet, minimumGracePeriodInSeconds */
const LEAST_AFTER_HOOK_SECONDS = 2;

/** A stop that the engine, or the hook before it, is at. */
export interface StopUnderWay {
  readonly containerId: string;
  /** When its grace period ends. */
  readonly until: Date;
  readonly isInHook: boolean;
}

interface Stop {
  /** When its grace period ends. */
  until: Date;
  /** Calls off what shortens it. */
  callOff: () => void;
  /** What is done when its time is up before the engine would: ends its hook, or kills it. */
  end: () => void;
  /** Nobody waits for it any more: it has no time after its hook either. */
  isForced: boolean;
  isInHook: boolean;
}

/** The stops of a pod that the engine is at. A later one that must end sooner, such as a delete's, shortens those under way. */
export class StopsUnderWay {
  private readonly stops = new Map<string, Stop>();

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get underWay(): readonly StopUnderWay[] {
    return [...this.stops].map(([containerId, { until, isInHook }]) => ({ containerId, until, isInHook }));
  }

  /**
   * Stops a container; resolves when it has ended. What its hook takes, it takes of the grace period; without one there is none.
   */
  async stop(containerId: string, graceSeconds: number, hook?: BeforeStop): Promise<void> {
    const stop: Stop = { until: this.after(graceSeconds), callOff: () => undefined, end: () => undefined, isForced: graceSeconds === 0, isInHook: false };
    this.stops.set(containerId, stop);
    try {
      const leftSeconds = hook === undefined || graceSeconds === 0 ? graceSeconds : await this.afterHook(hook, stop);
      stop.until = this.after(leftSeconds);
      stop.end = () => void this.kill(containerId);
      await this.engine.stopContainer(containerId, leftSeconds);
    } finally {
      stop.callOff();
      this.stops.delete(containerId);
    }
  }

  /** Lets none of them last longer than this from now on. Without another signal: programs may take a second one amiss. */
  shorten(graceSeconds: number): void {
    const until = this.after(graceSeconds);
    for (const stop of this.stops.values()) {
      if (stop.until <= until) continue;
      stop.isForced ||= graceSeconds === 0;
      stop.until = until;
      stop.callOff();
      stop.callOff = this.clock.at(until, () => stop.end());
    }
  }

  /** Runs a hook, at most for the grace period. @returns seconds that are left of that */
  private async afterHook(hook: BeforeStop, stop: Stop): Promise<number> {
    const timeIsUp = new AbortController();
    const ended = new Promise<void>((resolve) => timeIsUp.signal.addEventListener('abort', () => resolve(), { once: true }));
    stop.end = () => timeIsUp.abort(new Error('the grace period has ended'));
    stop.callOff = this.clock.at(stop.until, () => stop.end());
    stop.isInHook = true;
    await Promise.race([hook(timeIsUp.signal), ended]);
    stop.isInHook = false;
    stop.callOff();
    if (stop.isForced) return 0;
    return Math.max(Math.ceil((stop.until.getTime() - this.clock.now().getTime()) / 1000), LEAST_AFTER_HOOK_SECONDS);
  }

  private after(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000);
  }

  private async kill(containerId: string): Promise<void> {
    try {
      await this.engine.killContainer(containerId, 'SIGKILL');
    } catch (error) {
      // It has ended meanwhile, or is gone.
      if (!isEngineError(error, 'Conflict', 'NotFound')) this.logger.warn('a stop could not be shortened', { containerId, reason: messageOf(error) });
    }
  }
}
