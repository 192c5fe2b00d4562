import { EngineError } from './errors.js';

/** At most `limit` pieces of work at once; the rest wait in order, and leave the queue (`Aborted`) when their signal is aborted. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** How many pieces of work wait now. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** How many are under way now. */
  get takenCount(): number {
    return this.taken;
  }

  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.taken >= this.limit) await this.turn(signal);
    else this.taken++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.taken--;
      else next(); // the place is handed on
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(aborted(signal));
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      if (signal?.aborted) return reject(aborted(signal));
      this.waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}

function aborted(signal: AbortSignal | undefined): EngineError {
  const reason: unknown = signal?.reason;
  return new EngineError('Aborted', reason instanceof Error ? reason.message : 'aborted', { cause: reason });
}
