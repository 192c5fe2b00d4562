import { messageOf, ProviderError } from '../../errors.js';
import type { LineWriter } from './line-writer.js';
import type { LogSource } from './log-source.js';
import { type Conversion, LogStream } from './log-stream.js';
import { EVERYTHING, type PieceFilter } from './piece-filter.js';
import type { Piece } from './pieces.js';
import type { LogPlace } from './place.js';

/** One reading of a log. */
export type Reading = LogStream;

/** How a reading becomes part of a log. */
export interface ReadingUse {
  /** Goes on where the reading before ended. */
  readonly writer: LineWriter;
  readonly filter?: PieceFilter;
  /** Told of every piece, wanted or not. */
  readonly place?: LogPlace;
}

/** An engine's answer as a part of the log that was asked for. */
export function toLogStream(containerId: string, source: LogSource, use: ReadingUse): Reading {
  return new LogStream(source.chunks, new LogConversion(source, use), (cause) => toLogFailure(containerId, cause));
}

/** What the reader of a log sees when it breaks off. */
export function toLogFailure(containerId: string, cause: unknown): ProviderError {
  return cause instanceof ProviderError ? cause : new ProviderError('EngineUnavailable', `the log of container ${containerId} broke off: ${messageOf(cause)}`, { cause });
}

/** Pieces through the filter, into lines. */
class LogConversion implements Conversion {
  private readonly filter: PieceFilter;

  constructor(
    private readonly source: LogSource,
    private readonly use: ReadingUse,
  ) {
    this.filter = use.filter ?? EVERYTHING;
  }

  get isComplete(): boolean {
    return this.use.writer.isFull || this.filter.isDone;
  }

  convert(chunk: Buffer, out: Buffer[]): void {
    this.write(this.source.splitter.split(chunk), out);
  }

  finish(out: Buffer[]): void {
    this.write(this.source.splitter.flush(), out);
    for (const piece of this.filter.finish()) this.use.writer.write(piece, out);
    this.use.place?.close();
  }

  private write(pieces: readonly Piece[], out: Buffer[]): void {
    const { place, writer } = this.use;
    for (const piece of pieces) {
      place?.note(piece);
      for (const wanted of this.filter.pass(piece)) writer.write(wanted, out);
    }
  }
}
