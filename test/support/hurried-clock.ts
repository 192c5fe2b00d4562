import type { Clock } from '../../src/clock.js';

/** Real time that can be put forward: what waits for a time that has come then is woken at once, in order. */
export class HurriedClock implements Clock {
  private readonly alarms = new Map<symbol, { readonly at: Date; readonly ring: () => void; timer: NodeJS.Timeout }>();
  private aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  at(at: Date, wake: () => void): () => void {
    const key = Symbol('alarm');
    const ring = (): void => {
      if (this.alarms.delete(key)) wake();
    };
    this.alarms.set(key, { at, ring, timer: this.timer(at, ring) });
    return () => {
      clearTimeout(this.alarms.get(key)?.timer);
      this.alarms.delete(key);
    };
  }

  /** Whether something waits for a time at least this far ahead. */
  isWaitedFor(ms: number): boolean {
    return [...this.alarms.values()].some(({ at }) => at.getTime() - this.now().getTime() >= ms);
  }

  advance(ms: number): void {
    this.aheadMs += ms;
    const alarms = [...this.alarms.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const alarm of alarms) {
      clearTimeout(alarm.timer);
      if (alarm.at <= this.now()) alarm.ring();
      else alarm.timer = this.timer(alarm.at, alarm.ring);
    }
  }

  /** Wakes who waits for a time up to `ms` ahead, as if it had come; `now` stays real, so times of the engine's can be compared. */
  wake(ms: number): void {
    const limitMs = this.now().getTime() + ms;
    const due = [...this.alarms.values()].filter(({ at }) => at.getTime() <= limitMs).sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const { ring, timer } of due) {
      clearTimeout(timer);
      ring();
    }
  }

  private timer(at: Date, ring: () => void): NodeJS.Timeout {
    return setTimeout(ring, Math.max(at.getTime() - this.now().getTime(), 0)).unref();
  }
}
