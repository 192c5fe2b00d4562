import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '../kube/index.js';
import { toStatusPod } from './later-pods.js';
import { FIRST_VIEW, isFinal, toCallerPhase } from './phase.js';
import type { CallerView } from './phase.js';
import type { PluginCaller } from './plugin-caller.js';

/** The virtual kubelet's own pace. */
const POLL_INTERVAL_MS = 5000;

/** How a pod is watched. */
export interface WatchOptions {
  readonly jobId?: string | undefined;
  readonly intervalMs?: number;
  readonly signal: AbortSignal;
  /** Told of a status call that failed; the watch goes on with what it knew, as the virtual kubelet does. */
  readonly onProblem?: (error: unknown) => void;
  /** Resolves before the next poll. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Polls the status of one pod and yields each view that differs from the one before; ends with a final one.
 * @throws `signal.reason`
 */
export async function* watchPod(caller: Pick<PluginCaller, 'status'>, pod: Pod, options: WatchOptions): AsyncGenerator<CallerView> {
  const { jobId, signal, intervalMs = POLL_INTERVAL_MS, onProblem, wait = sleepUntilAborted } = options;
  let view = FIRST_VIEW;
  while (!isFinal(view.phase)) {
    const before = view;
    try {
      view = toCallerPhase(pod, before, await caller.status([toStatusPod(pod, jobId, before)], signal));
    } catch (error) {
      signal.throwIfAborted();
      onProblem?.(error);
    }
    if (JSON.stringify(view) !== JSON.stringify(before)) yield view;
    if (!isFinal(view.phase)) await wait(intervalMs, signal);
  }
}

async function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
