import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 20 s. */
  readonly deadlineMs?: number;
  /** Default 50 ms. */
  readonly intervalMs?: number;
}

/**
 * Calls `condition` until it returns something other than `false` and `undefined`, and does not throw.
 * @throws what it threw last when the deadline has passed
 */
export async function eventually<Result>(
  condition: () => Result | Promise<Result>,
  { deadlineMs = 20_000, intervalMs = 50 }: EventuallyOptions = {},
): Promise<Exclude<Result, false | undefined>> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    let failure: unknown;
    try {
      const result = await condition();
      if (result !== false && result !== undefined) return result as Exclude<Result, false | undefined>;
      failure = new Error(`the condition gave ${String(result)} until the deadline of ${deadlineMs} ms`);
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= deadline) throw failure;
    await sleep(intervalMs);
  }
}
