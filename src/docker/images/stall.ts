import type { Clock } from '../../clock.js';

/** Aborted once nothing has been heard for `timeoutMs`. */
export interface StallWatch {
  readonly signal: AbortSignal;
  callOff(): void;
}

/** @param lastHeard looked at when the time may be over, so that hearing something costs nothing */
export function watchForStall(timeoutMs: number, lastHeard: () => Date, clock: Clock): StallWatch {
  const stalled = new AbortController();
  let callOff: () => void = () => undefined;
  const arm = (): void => {
    callOff = clock.at(new Date(lastHeard().getTime() + timeoutMs), () => {
      if (clock.now().getTime() - lastHeard().getTime() >= timeoutMs) stalled.abort(new Error('nothing was heard'));
      else arm();
    });
  };
  arm();
  return { signal: stalled.signal, callOff: () => callOff() };
}
