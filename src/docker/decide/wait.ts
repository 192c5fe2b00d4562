import type { PodAction } from './types.js';

/** The action, or the wait for it where its time has not come. */
export function unless(notBefore: Date | undefined, now: Date, action: PodAction): PodAction {
  return notBefore !== undefined && now < notBefore ? { kind: 'wait', until: notBefore } : action;
}

/** The same actions with one wait at most: until the first thing becomes due. */
export function withEarliestWait(actions: readonly PodAction[]): PodAction[] {
  const waits = actions.filter((action) => action.kind === 'wait').sort((a, b) => a.until.getTime() - b.until.getTime());
  return [...actions.filter((action) => action.kind !== 'wait'), ...waits.slice(0, 1)];
}
