import { hasEnded, isCreated } from './engine-state.js';
import type { ObservedContainer } from '../record/index.js';
import type { ContainerReading, PodReading } from './reading.js';
import { isOfEraBefore } from './restart-all.js';
import { isOfAnother } from './sandbox-change.js';
import type { PodAction } from './types.js';

/** The newest attempt and the one before it, for `--previous` and `lastState`. */
const KEPT_ATTEMPTS = 2;

/**
 * Dead attempts that nothing needs any more, and attempts that can never start because what they were made for is gone.
 * @param isObserved whether the engine has it: some attempts are only remembered
 */
export function decideRemovals(pod: PodReading, isObserved: (container: ObservedContainer) => boolean): readonly PodAction[] {
  return [...pod.inits, ...pod.mains]
    .flatMap((container) => [...outdated(container), ...unstartable(container, pod)])
    .filter((container) => container.state !== 'removing' && container.id !== pod.restartOfAll?.era && isObserved(container))
    .map(({ id }) => ({ kind: 'removeContainer', containerId: id }));
}

function outdated({ attempts }: ContainerReading): readonly ObservedContainer[] {
  return attempts.slice(0, -KEPT_ATTEMPTS).filter(hasEnded);
}

function unstartable({ attempts }: ContainerReading, { shared, sandbox, restartOfAll }: PodReading): readonly ObservedContainer[] {
  const isOfOldSandbox = (container: ObservedContainer): boolean => shared && sandbox !== undefined && isOfAnother(container, sandbox);
  return attempts.filter((container) => isCreated(container) && (isOfOldSandbox(container) || isOfEraBefore(container, restartOfAll)));
}
