import type { Clock } from '../../clock.js';

/** Time is up, by our clock. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/**
 * Does work that ends when its signal is aborted: after `ms`, or with `signal`.
 * @throws DeadlineExceeded when the time was up first; the signal's reason
 */
export async function withDeadline<T>(ms: number, clock: Clock, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const callOff = clock.at(new Date(clock.now().getTime() + ms), () => timeout.abort(new DeadlineExceeded(`not done within ${ms / 1000}s`)));
  const both = AbortSignal.any([signal, timeout.signal]);
  let leave: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    leave = () => reject(both.reason instanceof Error ? both.reason : new Error('aborted'));
    both.addEventListener('abort', leave, { once: true });
  });
  try {
    both.throwIfAborted();
    return await Promise.race([work(both), ended]);
  } finally {
    callOff();
    both.removeEventListener('abort', leave);
  }
}
