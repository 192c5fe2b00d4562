import { messageOf, ProviderError } from '../../errors.js';
import type { LogOptions } from '../../provider/index.js';
import { confirmEnded } from './confirm-ended.js';
import { LineWriter } from './line-writer.js';
import type { LogChunk, LoggedContainer, LogSource } from './log-source.js';
import { type Conversion, LogStream } from './log-stream.js';
import { readMissedEnd, SeenMessages } from './missed-end.js';
import type { Piece } from './pieces.js';
import type { TailGate } from './tail-gate.js';

/** An engine's answer as the log that was asked for; `gate` cuts it to a tail. */
export function toLogStream(container: LoggedContainer, source: LogSource, options: LogOptions, gate?: TailGate): LogStream<LogChunk> {
  const conversion = new LogConversion(source, options, gate);
  return new LogStream(source.chunks, conversion, {
    complete: async (signal) => {
      if (!options.follow) return [];
      await confirmEnded(container.engine, container.id, signal);
      return conversion.isComplete || isFromNowOn(options, conversion.seen) ? [] : conversion.toBytes(await readMissedEnd(container, conversion.seen, options.since, signal));
    },
    toFailure: (cause) => (cause instanceof ProviderError ? cause : brokeOff(container.id, cause)),
  });
}

/** A follow of what is yet to come that saw nothing: nobody can tell what of the log came after its beginning. */
function isFromNowOn(options: LogOptions, seen: SeenMessages): boolean {
  return options.tailLines === 0 && seen.newest.length === 0;
}

function brokeOff(containerId: string, cause: unknown): ProviderError {
  return new ProviderError('EngineUnavailable', `the log of container ${containerId} broke off: ${messageOf(cause)}`, { cause });
}

/** Pieces through the tail's gate, into lines. */
class LogConversion implements Conversion<LogChunk> {
  readonly seen = new SeenMessages();
  private readonly writer: LineWriter;

  constructor(
    private readonly source: LogSource,
    private readonly options: LogOptions,
    private readonly gate: TailGate | undefined,
  ) {
    this.writer = new LineWriter(options.timestamps, options.limitBytes);
  }

  get isComplete(): boolean {
    return this.writer.isFull || this.gate?.isDone === true;
  }

  convert(chunk: LogChunk, out: Buffer[]): void {
    this.write(this.source.splitter.split(chunk), out);
  }

  finish(out: Buffer[]): void {
    this.write(this.source.splitter.flush(), out);
    this.gate?.finish();
  }

  toBytes(pieces: readonly Piece[]): readonly Buffer[] {
    const out: Buffer[] = [];
    this.write(pieces, out);
    return out;
  }

  private write(pieces: readonly Piece[], out: Buffer[]): void {
    for (const piece of pieces) {
      if (this.options.follow) this.seen.note(piece);
      const wanted = this.gate === undefined ? piece : this.gate.pass(piece);
      if (wanted !== undefined) this.writer.write(wanted, out);
    }
  }
}
