import type { Clock } from '../clock.js';

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  private readonly alarms = new Set<{ readonly at: Date; readonly wake: () => void }>();

  constructor(private time = new Date('2026-01-01T00:00:00Z')) {}

  /** The time that it stands at. */
  now(): Date {
    return this.time;
  }

  at(at: Date, wake: () => void): () => void {
    const alarm = { at, wake };
    this.alarms.add(alarm);
    return () => void this.alarms.delete(alarm);
  }

  /** Times that are waited for, the earliest first. */
  get waiting(): readonly Date[] {
    return [...this.alarms].map((alarm) => alarm.at).sort((a, b) => a.getTime() - b.getTime());
  }

  /** Moves on, waking whoever is due, in order. */
  advance(ms: number): void {
    const end = new Date(this.time.getTime() + ms);
    for (;;) {
      const due = [...this.alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at.getTime() - b.at.getTime())[0];
      if (due === undefined) break;
      this.alarms.delete(due);
      if (due.at > this.time) this.time = due.at;
      due.wake();
    }
    this.time = end;
  }
}
