import type { ObservedContainer } from '../record/index.js';

/**
 * Whether it has processes, or the engine is about to give it some: `paused` has them, and of a `restarting` one the
 * engine starts the next, so that another attempt beside it would be a second one.
 */
export function isRunning(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}

/** The engine could not start it. There is no event of this, and the state stays `created`; it counts as an end. */
export function hasFailedToStart(container: ObservedContainer): boolean {
  return container.startedAt === undefined && container.error !== '' && !isRunning(container);
}

/** Whether this attempt is over. `removing` and `dead` are ends too, where it ever ran. */
export function hasEnded(container: ObservedContainer): boolean {
  if (hasFailedToStart(container)) return true;
  switch (container.state) {
    case 'exited':
      return true;
    case 'dead':
    case 'removing':
      return container.startedAt !== undefined;
    case 'created':
    case 'running':
    case 'paused':
    case 'restarting':
      return false;
  }
}

/** Made and not yet started. */
export function isCreated(container: ObservedContainer): boolean {
  return container.state === 'created' && !hasFailedToStart(container);
}
