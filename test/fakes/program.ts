import { constants } from 'node:os';
import type { ContainerConfig, EngineErrorTag } from '../../src/engine/index.js';

/** What the process of a fake container does. Whatever else happens to it, a test does by hand. */
export interface Program {
  /** Written at the start. */
  readonly output?: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  /** Bytes of the files that it writes at its start, by path. */
  readonly writes?: Readonly<Record<string, number>>;
  /** Ends with this code as soon as its output is written. */
  readonly exits?: number;
  /** Signal name → exit code. Signals that are not named do nothing, as with any process 1; SIGKILL ends every program with 137. */
  readonly onSignal?: Readonly<Record<string, number>>;
  /** The start fails: the engine marks the container with this code (126, 127, 128), and tells of no event. */
  readonly failsToStart?: { readonly exitCode: number; readonly message: string; readonly tag?: EngineErrorTag };
}

/**
 * The program that a container runs, chosen at each start.
 * @param files content of the files that were put into the container, by absolute path
 */
export type ProgramOf = (config: ContainerConfig, files: ReadonlyMap<string, string>) => Program;

/** Runs until a test or a signal ends it. */
export const WELL_BEHAVED: Program = { onSignal: { SIGTERM: 143, SIGINT: 130, SIGQUIT: 131 } };

/** `SIGTERM`, `TERM` and `15` are one. */
export function signalName(signal: string): string {
  const named = Object.entries(constants.signals).find(([, number]) => String(number) === signal);
  if (named !== undefined) return named[0];
  return signal.startsWith('SIG') ? signal : `SIG${signal}`;
}

export function signalNumber(name: string): number {
  return constants.signals[name as NodeJS.Signals];
}
