import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { demultiplex, type Engine, type LogFrame, type RunningExec } from '../../engine/index.js';
import type { HungExecs } from './hung-execs.js';
import { MOST_OUTPUT_BYTES } from './types.js';

/** Of the variable by which a command of ours is found among a container's processes. */
const MARK = 'INTERLINK_EXEC';
/** The engine tells the end of the output a moment before that of the command. */
const STATE_POLL_MS = 20;

export interface CommandEnd {
  /** Absent: it was made to end. */
  readonly exitCode?: number;
  /** The beginning of what it said, on both streams. */
  readonly output: string;
  /** Resolves when a command that hung is gone. */
  readonly settled?: Promise<void>;
}

/**
 * Runs a command in a container until it ends or `signal` is aborted; then it is killed, which may take longer than this does.
 * @throws EngineError when it could not be run
 */
export async function runCommand(engine: Engine, containerId: string, command: readonly string[], hung: HungExecs, signal: AbortSignal, moreMarks: readonly string[] = []): Promise<CommandEnd> {
  const mark = `${MARK}=${randomUUID()}`;
  // No signal: what has been asked for may have begun, and only its answer tells.
  const started = engine.startExec(containerId, { command, env: [mark, ...moreMarks] });
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const exec = await Promise.race([started, aborted]);
  if (exec === undefined) return { output: '', settled: abandon(started, () => hung.kill(containerId, mark)) };
  const output = new Output(exec);
  const isAtItsEnd = (await Promise.race([output.ended.then(() => true), aborted])) === true;
  const exitCode = await exitCodeOf(engine, exec, isAtItsEnd ? signal : undefined);
  if (exitCode !== undefined) return { exitCode, output: output.text };
  exec.stream.destroy();
  return { output: output.text, settled: hung.kill(containerId, mark) };
}

async function abandon(started: Promise<RunningExec>, kill: () => Promise<void>): Promise<void> {
  try {
    (await started).stream.on('error', () => undefined).destroy();
  } catch {
    return; // it never began
  }
  await kill();
}

/** @param signal absent: it is asked once */
async function exitCodeOf(engine: Engine, { id }: RunningExec, signal: AbortSignal | undefined): Promise<number | undefined> {
  for (;;) {
    const { running, exitCode } = await engine.inspectExec(id);
    if (!running) return exitCode;
    if (signal === undefined || signal.aborted) return undefined;
    await delay(STATE_POLL_MS);
  }
}

/** The beginning of what a command says; the rest is read and dropped, so that it does not wait for its reader. */
class Output {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  readonly ended: Promise<void>;

  constructor({ stream }: RunningExec) {
    this.ended = new Promise((resolve) => {
      const frames = stream.pipe(demultiplex());
      frames.on('data', ({ chunk }: LogFrame) => this.take(chunk));
      // A connection that breaks is an end as well: the state of the command tells the rest.
      for (const source of [stream, frames]) source.on('error', () => resolve()).once('close', () => resolve());
      frames.once('end', () => resolve());
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  private take(chunk: Buffer): void {
    const kept = chunk.subarray(0, MOST_OUTPUT_BYTES - this.bytes);
    if (kept.length === 0) return;
    this.chunks.push(Buffer.from(kept));
    this.bytes += kept.length;
  }
}
