import { restartBackOff, expectedDelayMs } from './back-off.js';
import type { ContainerReading } from './reading.js';
import type { Circumstances, CreateFailure, ImageState } from './types.js';

/** What stands between a container and its next attempt, the first thing that does. */
export type StartGate =
  | { readonly kind: 'backOff'; readonly delayMs: number; readonly until: Date }
  /** Nobody has looked for the image yet. */
  | { readonly kind: 'imageUnknown' }
  | { readonly kind: 'imagePulling'; readonly state: ImageState & { kind: 'pulling' } }
  | { readonly kind: 'imageFailed'; readonly state: ImageState & { kind: 'failed' } }
  | { readonly kind: 'createFailed'; readonly failure: CreateFailure; readonly next: NextAttempt }
  | { readonly kind: 'open'; readonly next: NextAttempt };

export interface NextAttempt {
  readonly attempt: number;
  readonly backOffMs: number;
}

/** @param container one that does not run and is to be started: for the first time, again, or after a start that was never tried */
export function startGateOf(container: ContainerReading, circumstances: Circumstances, now: Date): StartGate {
  const { name, standing, highestAttempt } = container;
  const waitedMs = circumstances.backOffMs.get(name);
  const backOff = restartBackOff(container, waitedMs);
  // Without a delay no clocks are compared: the engine's may be another host's.
  if (backOff !== undefined && backOff.delayMs > 0 && now < backOff.until) return { kind: 'backOff', ...backOff };
  const failure = circumstances.createFailures.get(name);
  if (standing.kind === 'created') {
    const { attempt } = standing.attempt;
    return behind(failure, { attempt, backOffMs: waitedMs ?? expectedDelayMs(attempt) });
  }
  return imageGate(circumstances.images.get(name)) ?? behind(failure, { attempt: highestAttempt + 1, backOffMs: backOff?.delayMs ?? 0 });
}

function imageGate(state: ImageState | undefined): StartGate | undefined {
  if (state === undefined) return { kind: 'imageUnknown' };
  switch (state.kind) {
    case 'pulling':
      return { kind: 'imagePulling', state };
    case 'failed':
      return { kind: 'imageFailed', state };
    case 'present':
      return undefined;
  }
}

function behind(failure: CreateFailure | undefined, next: NextAttempt): StartGate {
  return failure === undefined ? { kind: 'open', next } : { kind: 'createFailed', failure, next };
}
