import type { Clock } from '../../clock.js';

/** Time is up, by our clock. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** `signal`, aborted after `ms` as well, with DeadlineExceeded; to be called off when nobody needs it any more. */
export function boundedSignal(ms: number, clock: Clock, signal: AbortSignal): { readonly bounded: AbortSignal; readonly callOff: () => void } {
  const timeout = new AbortController();
  const callOff = clock.at(new Date(clock.now().getTime() + ms), () => timeout.abort(new DeadlineExceeded(`not done within ${ms / 1000}s`)));
  return { bounded: AbortSignal.any([signal, timeout.signal]), callOff };
}

/**
 * Does work that ends when its signal is aborted: after `ms`, or with `signal`.
 * @throws DeadlineExceeded when the time was up first; the signal's reason
 */
export async function withDeadline<T>(ms: number, clock: Clock, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { bounded, callOff } = boundedSignal(ms, clock, signal);
  let leave: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    leave = () => reject(bounded.reason instanceof Error ? bounded.reason : new Error('aborted'));
    bounded.addEventListener('abort', leave, { once: true });
  });
  try {
    bounded.throwIfAborted();
    return await Promise.race([work(bounded), ended]);
  } finally {
    callOff();
    bounded.removeEventListener('abort', leave);
  }
}
