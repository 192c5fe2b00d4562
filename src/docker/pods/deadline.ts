import type { Clock } from '../../clock.js';

/** Waits for `work`, at most `ms`. @returns whether it ended in time; what it rejects with comes through */
export async function within(ms: number, work: Promise<unknown>, clock: Clock): Promise<boolean> {
  let callOff: () => void = () => undefined;
  const timeout = new Promise<false>((resolve) => {
    callOff = clock.at(new Date(clock.now().getTime() + ms), () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    callOff();
  }
}
