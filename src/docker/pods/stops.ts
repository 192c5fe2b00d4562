import { type Engine, isEngineError } from '../../engine/index.js';
import type { Clock } from '../../clock.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';

interface Stop {
  /** When the engine gives up waiting. */
  readonly until: Date;
  /** Calls off what shortens it. */
  callOff: () => void;
}

/** The stops of a pod that the engine is at. A later one that must end sooner, such as a delete's, shortens those under way. */
export class StopsUnderWay {
  private readonly stops = new Map<string, Stop>();

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Stops a container; resolves when it has ended. */
  async stop(containerId: string, graceSeconds: number): Promise<void> {
    const stop: Stop = { until: this.after(graceSeconds), callOff: () => undefined };
    this.stops.set(containerId, stop);
    try {
      await this.engine.stopContainer(containerId, graceSeconds);
    } finally {
      stop.callOff();
      this.stops.delete(containerId);
    }
  }

  /** Lets none of them last longer than this from now on. Without another signal: programs may take a second one amiss. */
  shorten(graceSeconds: number): void {
    const until = this.after(graceSeconds);
    for (const [containerId, stop] of this.stops) {
      if (stop.until <= until) continue;
      stop.callOff();
      stop.callOff = this.clock.at(until, () => void this.kill(containerId));
    }
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
