import { pipeline, type Readable } from 'node:stream';
import { demultiplex, type Engine, type LogFrame, type LogQuery } from '../../engine/index.js';
import { framedPieces, type PieceSplitter, plainPieces, TerminalPieces } from './pieces.js';

/** The part of the engine that a log needs. */
export type LogEngine = Pick<Engine, 'containerLogs' | 'inspectContainer'>;

/** One container attempt on the engine. */
export interface LoggedContainer {
  readonly engine: LogEngine;
  readonly id: string;
  /** Its log is not multiplexed. */
  readonly tty: boolean;
}

/** An answer of the engine and how to cut it. Chunks are the engine's frames, or plain bytes of a terminal. */
export interface LogSource {
  readonly chunks: Readable;
  readonly splitter: PieceSplitter<LogChunk>;
}

export type LogChunk = LogFrame | Buffer;

/** Asks the engine; destroying `chunks` closes the connection. */
export async function openSource(container: LoggedContainer, query: LogQuery, signal?: AbortSignal): Promise<LogSource> {
  const raw = await container.engine.containerLogs(container.id, query, signal);
  const splitter = splitterFor(container.tty, query.timestamps);
  if (container.tty) return { chunks: raw, splitter };
  // The callback is required; a failure reaches the reader through the last stream.
  const chunks = pipeline(raw, demultiplex(), () => undefined);
  return { chunks, splitter };
}

function splitterFor(tty: boolean, timestamps: boolean): PieceSplitter<LogChunk> {
  if (!timestamps) return plainPieces(textOf);
  if (!tty) return framedPieces(textOf);
  const terminal = new TerminalPieces();
  return { split: (chunk) => terminal.split(textOf(chunk)), flush: () => terminal.flush() };
}

function textOf(chunk: LogChunk): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : chunk.chunk;
}
