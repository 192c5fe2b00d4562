import type { ObservedContainer, ObservedPod } from '../record/index.js';
import { hasEnded, isRunning } from './engine-state.js';

/** In the place of the engine's own words, in memory only. */
const VANISHED = 'the container is gone from the engine: somebody else removed it';
/** What the kubelet reports for a container it lost. */
const LOST_EXIT_CODE = 137;

/**
 * The newest ended attempt of each container, after one more observation. An attempt that ran in `before` and is not in
 * `after` at all was removed by somebody else, and has ended as unknown. Pure.
 * @param ended what was remembered until now
 * @param before the observation that `ended` was last brought up to date with
 */
export function rememberEnded(
  ended: ReadonlyMap<string, ObservedContainer>,
  before: ObservedPod | undefined,
  after: ObservedPod,
  now: Date,
): ReadonlyMap<string, ObservedContainer> {
  const result = new Map(ended);
  const remember = (container: ObservedContainer): void => {
    const known = result.get(container.name);
    if (known === undefined || container.attempt >= known.attempt) result.set(container.name, container);
  };
  for (const container of vanished(before, after)) remember(toVanished(container, now));
  for (const attempts of after.containers.values()) attempts.filter(hasEnded).forEach(remember);
  return result;
}

function vanished(before: ObservedPod | undefined, after: ObservedPod): readonly ObservedContainer[] {
  const seen = new Set([...after.containers.values()].flat().map((container) => container.id));
  return [...(before?.containers.values() ?? [])].flat().filter((container) => isRunning(container) && !seen.has(container.id));
}

function toVanished(container: ObservedContainer, now: Date): ObservedContainer {
  return { ...container, state: 'dead', exitCode: LOST_EXIT_CODE, error: VANISHED, finishedAt: now.toISOString() };
}

/** Whether this is the memory of an attempt that ran when it was last seen, and whose end nobody saw. */
export function hasVanished(container: ObservedContainer): boolean {
  return container.state === 'dead' && container.error === VANISHED;
}
