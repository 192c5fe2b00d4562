import { isRunning } from './engine-state.js';
import type { PodReading } from './reading.js';
import { isOfEraBefore } from './restart-all.js';
import type { PodAction } from './types.js';

/**
 * Where a rule has the whole pod begin again, what runs since before is ended at once, without its grace period; nothing
 * starts before all of it is.
 */
export function stopBeforeRestartOfAll({ inits, mains, restartOfAll }: PodReading): readonly PodAction[] {
  return [...inits, ...mains].flatMap(({ name, attempts }) =>
    attempts
      .filter((attempt) => isRunning(attempt) && isOfEraBefore(attempt, restartOfAll))
      .map(({ id }) => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds: 0, why: 'RestartAllContainers' }) as const),
  );
}
