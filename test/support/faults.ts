import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from './fault-proxy.js';
import type { CallMatcher } from './proxy-rules.js';

/**
 * What can be wrong with an engine's answer to one call. `500`, `409`, `404`: it refuses, for no reason. `reset`: the connection breaks,
 * the engine has not seen the call. `hang`: nothing for a minute, then `reset`. `cut`: half of the answer's bytes. `lost`: the engine has
 * done it, nothing of its answer arrives.
 */
export const FAULTS = ['500', '409', '404', 'reset', 'hang', 'cut', 'lost'] as const;
export type Fault = (typeof FAULTS)[number];

const HANG_MS = 60_000;

/** Does this to every call that matches. The returned function takes it back, for calls to come. */
export function inflict(proxy: FaultProxy, matcher: CallMatcher, fault: Fault): () => void {
  switch (fault) {
    case '500':
    case '409':
    case '404':
      return proxy.answer(matcher, Number(fault));
    case 'reset':
      return proxy.beforeCall(matcher, () => 'cut');
    case 'hang':
      return proxy.beforeCall(matcher, async ({ over }): Promise<'cut'> => {
        const enough = new AbortController();
        await Promise.race([sleep(HANG_MS, undefined, { signal: enough.signal, ref: false }).catch(() => undefined), over]);
        enough.abort();
        return 'cut';
      });
    case 'cut':
      return proxy.halve(matcher);
    case 'lost':
      return proxy.afterAnswer(matcher, () => 'cut');
    default:
      return unknown(fault);
  }
}

function unknown(fault: never): never {
  throw new Error(`no fault ${String(fault)}`);
}
