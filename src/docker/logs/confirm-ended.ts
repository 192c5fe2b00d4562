import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '../../errors.js';
import { type EngineState, isEngineError } from '../../engine/index.js';
import type { LogEngine } from './log-source.js';

const LIVE: ReadonlySet<EngineState> = new Set<EngineState>(['running', 'paused', 'restarting']);
/** The engine may close a log a moment before it calls the container ended. */
const RETRY_MS: readonly number[] = [50, 200, 500, 1000];
const PATIENCE_MS = 10_000;

/**
 * Asks whether a container whose log the engine has closed really ended; gone counts as ended. An engine that is stopped
 * closes logs as if their containers had ended.
 * @throws ProviderError `EngineUnavailable` when it still runs, or nobody can tell
 */
export async function confirmEnded(engine: LogEngine, containerId: string, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    for (const retryMs of [...RETRY_MS, undefined]) {
      const { State } = await engine.inspectContainer(containerId, patience);
      if (!LIVE.has(State.Status)) return;
      if (retryMs !== undefined) await sleep(retryMs, undefined, { signal: patience });
    }
  } catch (cause) {
    if (isEngineError(cause, 'NotFound')) return;
    throw new ProviderError('EngineUnavailable', `nobody can tell whether container ${containerId} has ended`, { cause });
  }
  throw new ProviderError('EngineUnavailable', `the engine closed the log of container ${containerId}, which still runs`);
}
