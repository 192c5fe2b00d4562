import type { ContainerEvent } from '../../engine/index.js';

const SIGKILL = 9;
/** How much longer than its stop timeout a container may take to end and still have ended by that kill. */
const SLACK_SECONDS = 5;

const SIGTERM = 15;
/** How long before it answers again an engine may have stopped what it found running, beyond the longest stop timeout. */
const BEGINNING_SECONDS = 30;

/** More than one stop needs. */
const KILLS_KEPT = 8;

interface Kill {
  readonly signal: number;
  readonly at: Date;
}

/**
 * Tells ends that nobody here asked for: a clean stop of the engine looks like exit 0 for a program that traps TERM, and only
 * the `kill` event that comes before the `die` tells it from a success.
 */
export class OutsideEnds {
  private readonly ours = new Set<string>();
  private readonly kills = new Map<string, readonly Kill[]>();
  /** Until when an end is by that stop; `undefined`: whenever. */
  private readonly unhealthy = new Map<string, Date | undefined>();
  private readonly ends = new Map<string, number>();
  /** What was running when the engine went, by its return and the longest that it can have taken to stop. */
  private readonly leftRunning = new Map<string, { readonly engineBegan: Date; readonly windowSeconds: number }>();

  /** From now on, kills of this container are our own. */
  expect(containerId: string): void {
    this.ours.add(containerId);
  }

  /**
   * It is stopped because a probe or a hook of it failed.
   * @param until given for a stop by a plugin before this one, which may have died before the engine heard of it
   */
  expectUnhealthy(containerId: string, until?: Date): void {
    this.expect(containerId);
    this.unhealthy.set(containerId, until);
  }

  /** Whether an end at this time was by such a stop. */
  isUnhealthy(containerId: string, finishedAt: Date): boolean {
    const until = this.unhealthy.get(containerId);
    return this.unhealthy.has(containerId) && (until === undefined || finishedAt <= until);
  }

  /** Signal that ended this attempt from outside. */
  signalOf(containerId: string): number | undefined {
    return this.ends.get(containerId);
  }

  restore(containerId: string, signal: number): void {
    this.ends.set(containerId, signal);
  }

  /** @param stopSignal of this container; a kill by any other signal but 9 means nothing */
  killed(event: ContainerEvent, stopSignal: number): void {
    const signal = Number(event.attributes['signal']);
    if (this.ours.has(event.containerId) || (signal !== stopSignal && signal !== SIGKILL)) return;
    this.kills.set(event.containerId, [...(this.kills.get(event.containerId) ?? []), { signal, at: event.at }].slice(-KILLS_KEPT));
  }

  /** @returns the signal, when this end is one from outside that was not known yet */
  died(event: ContainerEvent, stopTimeoutSeconds: number): number | undefined {
    const windowMs = (stopTimeoutSeconds + SLACK_SECONDS) * 1000;
    // An earlier one was survived; of a stop that had to kill, the first is what was asked for.
    const kill = this.kills.get(event.containerId)?.find(({ at }) => event.at.getTime() - at.getTime() <= windowMs);
    this.kills.delete(event.containerId);
    if (kill === undefined || this.ends.has(event.containerId)) return undefined;
    this.ends.set(event.containerId, kill.signal);
    return kill.signal;
  }

  /** The engine has begun again, and has stopped this container for it, unless it ended by itself before. */
  leftRunningUntil(engineBegan: Date, containerId: string, stopTimeoutSeconds: number): void {
    this.leftRunning.set(containerId, { engineBegan, windowSeconds: stopTimeoutSeconds + BEGINNING_SECONDS });
  }

  /**
   * The container was looked at. @param finishedAt absent while it runs
   * @returns the signal, when it ended with the code of a success because the engine began again, and no event has told
   */
  seen(containerId: string, exitCode: number, finishedAt: Date | undefined): number | undefined {
    const left = this.leftRunning.get(containerId);
    if (left === undefined || finishedAt === undefined) return undefined;
    this.leftRunning.delete(containerId);
    const secondsBefore = (left.engineBegan.getTime() - finishedAt.getTime()) / 1000;
    const isByEngine = secondsBefore >= -SLACK_SECONDS && secondsBefore <= left.windowSeconds;
    if (exitCode !== 0 || !isByEngine || this.ours.has(containerId) || this.ends.has(containerId)) return undefined;
    this.ends.set(containerId, SIGTERM);
    return SIGTERM;
  }

  forget(containerId: string): void {
    this.leftRunning.delete(containerId);
    this.ours.delete(containerId);
    this.kills.delete(containerId);
    this.unhealthy.delete(containerId);
    this.ends.delete(containerId);
  }
}
