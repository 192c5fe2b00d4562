import type { Engine } from '../../src/engine/index.js';
import { EngineError } from '../../src/engine/index.js';

export type EngineMethod = keyof Engine;

export interface RecordedCall {
  readonly method: EngineMethod;
  /** As given, without abort signals. */
  readonly args: readonly unknown[];
}

interface Fault {
  readonly error: EngineError;
  /** The call does its work, and only its answer is lost. */
  readonly hasEffect: boolean;
}

/** What tests may do to the calls of a fake engine: count them, fail them, hold them, take the engine away. */
export class FaultyCalls {
  /** Every call, the oldest first; those that failed as well. */
  readonly calls: RecordedCall[] = [];
  private readonly faults = new Map<EngineMethod, Fault[]>();
  private readonly held = new Map<EngineMethod, Set<Promise<void>>>();
  private readonly leave = new Set<() => void>();
  private isDown = false;

  get down(): boolean {
    return this.isDown;
  }

  /** The next calls of `method` reject with `error`, and do nothing. */
  failNext(method: EngineMethod, error: EngineError, times = 1): void {
    this.plan(method, { error, hasEffect: false }, times);
  }

  /** What `failNext` and `loseAnswer` have planned is called off. */
  failNone(method: EngineMethod): void {
    this.faults.delete(method);
  }

  /** The next calls of `method` do their work, but the caller sees the connection break. */
  loseAnswer(method: EngineMethod, times = 1): void {
    this.plan(method, { error: new EngineError('Unavailable', 'the connection broke'), hasEffect: true }, times);
  }

  /** Calls of `method` wait, before they do anything, until the returned function is called. */
  hold(method: EngineMethod): () => void {
    const holds = this.held.get(method) ?? new Set();
    this.held.set(method, holds);
    let release: () => void = () => undefined;
    const hold = new Promise<void>((resolve) => {
      release = () => {
        holds.delete(hold);
        resolve();
      };
    });
    holds.add(hold);
    return release;
  }

  /** How often `method` was called. */
  countOf(method: EngineMethod): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  /** While down every call is Unavailable, those under way too. */
  setDown(down: boolean): void {
    this.isDown = down;
    if (down) for (const leave of [...this.leave]) leave();
  }

  /** One call: recorded, held, failed or done, and ended by its signal. */
  protected async call<T>(method: EngineMethod, args: readonly unknown[], work: () => T | Promise<T>): Promise<T> {
    const signal = args.find((arg) => arg instanceof AbortSignal);
    this.calls.push({ method, args: args.filter((arg) => arg !== undefined && !(arg instanceof AbortSignal)) });
    const fault = this.faults.get(method)?.shift();
    let leave: () => void = () => undefined;
    const interrupted = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.aborted ? aborted(signal) : new EngineError('Unavailable', 'the engine is away'));
    });
    interrupted.catch(() => undefined); // nobody waits for it when the call never begins
    if (this.isDown || signal?.aborted) leave();
    this.leave.add(leave);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([interrupted, this.carryOut(method, fault, work, () => this.isDown || signal?.aborted === true)]);
    } finally {
      this.leave.delete(leave);
      signal?.removeEventListener('abort', leave);
    }
  }

  private async carryOut<T>(method: EngineMethod, fault: Fault | undefined, work: () => T | Promise<T>, hasLeft: () => boolean): Promise<T> {
    await Promise.resolve(); // an engine never answers in the caller's own tick
    for (let holds = this.held.get(method); holds !== undefined && holds.size > 0;) await Promise.all(holds);
    if (hasLeft()) return new Promise<never>(() => undefined); // the caller was told by the race
    if (fault !== undefined && !fault.hasEffect) throw fault.error;
    const result = await work();
    if (fault !== undefined) throw fault.error;
    return result;
  }

  private plan(method: EngineMethod, fault: Fault, times: number): void {
    this.faults.set(method, [...(this.faults.get(method) ?? []), ...Array<Fault>(times).fill(fault)]);
  }
}

export function aborted(signal: AbortSignal): EngineError {
  return new EngineError('Aborted', signal.reason instanceof Error ? signal.reason.message : 'aborted', { cause: signal.reason });
}
