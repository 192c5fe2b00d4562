import { eventually, type EventuallyOptions } from './eventually.js';

/** Waits until an assertion holds. @throws what it threw last when the deadline has passed */
export async function untilHolds(assertion: () => Promise<void> | void, options?: EventuallyOptions): Promise<void> {
  await eventually(async () => {
    await assertion();
    return true;
  }, options);
}
