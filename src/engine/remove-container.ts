import type { Connection } from './connection.js';
import { isEngineError } from './errors.js';
import type { Slots } from './slots.js';

/** How often a removal is asked for again that somebody else's was under way for, and how long that one is waited for each time. */
const MOST_ROUNDS = 6;
const ROUND_MS = 10_000;

/**
 * Removes by force; one that is gone is success. One that is just being removed is so when it is gone, and should that removal fail,
 * it is asked for again.
 */
export async function removeByForce(path: string, connection: Connection, calls: Slots, signal?: AbortSignal): Promise<void> {
  const remove = { method: 'DELETE', path, query: { force: '1', v: '1' }, signal } as const;
  const wait = { method: 'POST', path: `${path}/wait`, query: { condition: 'removed' }, signal, timeoutMs: ROUND_MS } as const;
  for (let round = 1; ; round++) {
    try {
      return void (await calls.run(() => connection.call(remove), signal));
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return;
      // By force there is no other conflict than a removal that is under way.
      if (!isEngineError(error, 'Conflict') || round === MOST_ROUNDS) throw error;
    }
    // Whatever comes of it, the next round tells; an engine that is away as well.
    await connection.call(wait).catch(() => undefined);
  }
}
