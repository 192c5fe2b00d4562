import type { Readable } from 'node:stream';
import { type Engine, FrameSplitter, type LogQuery } from '../../engine/index.js';
import { FramedPieces, PlainPieces, type PieceSplitter, StampedFrames, TerminalPieces } from './pieces.js';

/** The part of the engine that a log needs. */
export type LogEngine = Pick<Engine, 'containerLogs' | 'inspectContainer'>;

/** One container attempt on the engine. */
export interface LoggedContainer {
  readonly engine: LogEngine;
  readonly id: string;
  /** Its log is not multiplexed. */
  readonly tty: boolean;
}

/** An answer of the engine and how to cut it. */
export interface LogSource {
  readonly chunks: Readable;
  readonly splitter: PieceSplitter;
}

/** Asks the engine; destroying `chunks` closes the connection. */
export async function openSource({ engine, id, tty }: LoggedContainer, query: LogQuery, signal?: AbortSignal): Promise<LogSource> {
  return { chunks: await engine.containerLogs(id, query, signal), splitter: splitterFor(tty, query.timestamps) };
}

function splitterFor(tty: boolean, timestamps: boolean): PieceSplitter {
  if (tty) return timestamps ? new TerminalPieces() : new PlainPieces();
  return timestamps ? new StampedFrames(new FrameSplitter()) : new FramedPieces(new FrameSplitter());
}
