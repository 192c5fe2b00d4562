import type { ObservedContainer } from '../record/index.js';
import { isCreated } from './engine-state.js';

/**
 * Whether an attempt shares namespaces that are gone: its sandbox was replaced, or ended and was started again. What ran
 * then has nothing but `lo` left.
 * The engine keeps the end of the run before while a container runs again, and lets nothing join one that does not run:
 * so what began before that end, began before the restart.
 */
export function isFromBefore(container: ObservedContainer, sandbox: ObservedContainer): boolean {
  if (isOfAnother(container, sandbox)) return true;
  if (sandbox.finishedAt === undefined || isCreated(container)) return false;
  return toMs(container.startedAt ?? container.createdAt) < toMs(sandbox.finishedAt);
}

/**
 * Whether an ended attempt outlived its namespaces: it was running when they went, and did not end because its work
 * was done. Equal times do not count: a pod's sandbox is stopped as soon as its last container has ended.
 */
export function wasInterrupted(container: ObservedContainer, sandbox: ObservedContainer): boolean {
  if (container.finishedAt === undefined || !isFromBefore(container, sandbox)) return false;
  const lostAt = isOfAnother(container, sandbox) ? sandbox.createdAt : sandbox.finishedAt;
  return lostAt !== undefined && toMs(container.finishedAt) > toMs(lostAt);
}

/** Made for a sandbox that does not exist any more: where it was never started, it never can be. */
export function isOfAnother(container: ObservedContainer, sandbox: ObservedContainer): boolean {
  return container.sandboxId !== undefined && container.sandboxId !== sandbox.id;
}

function toMs(time: string): number {
  return Date.parse(time);
}
