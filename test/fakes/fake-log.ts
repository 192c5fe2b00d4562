import { EventEmitter } from 'node:events';
import { addAbortSignal, Readable } from 'node:stream';
import type { Clock } from '../../src/clock.js';
import { EngineError, type LogQuery } from '../../src/engine/index.js';

export type LogStream = 'stdout' | 'stderr';

/** One message of a log: usually a line with its end. */
interface LogEntry {
  readonly stream: LogStream;
  readonly text: Buffer;
  readonly at: Date;
}

/** The log of one fake container, through all its starts. */
export class FakeLog {
  private readonly entries: LogEntry[] = [];
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private isWriting = false;

  constructor(
    private readonly clock: Clock,
    private readonly hasTerminal: boolean,
  ) {}

  /** How many follow it now, or have not read to its end. */
  get readerCount(): number {
    return this.changes.listenerCount('change');
  }

  write(stream: LogStream, text: string | Buffer): void {
    this.entries.push({ stream, text: Buffer.from(text), at: this.clock.now() });
    this.changes.emit('change');
  }

  /** Followers go on as long as somebody may write. */
  setWriting(isWriting: boolean): void {
    this.isWriting = isWriting;
    this.changes.emit('change');
  }

  /** Breaks the connection of everyone who reads. */
  break(): void {
    this.changes.emit('break');
  }

  /** As the engine sends it; one message after the other, each when the last was taken. */
  read(query: LogQuery, signal: AbortSignal | undefined): Readable {
    const take = this.taker(query);
    let isWaiting = false;
    const send = (): void => {
      const entry = take();
      isWaiting = entry === undefined && query.follow && this.isWriting;
      if (!isWaiting) stream.push(entry === undefined ? null : this.frame(entry, query.timestamps));
    };
    const onChange = (): void => {
      if (isWaiting) send();
    };
    const stream = new Readable({ highWaterMark: 1, read: send });
    const onBreak = (): void => void stream.destroy(new EngineError('Unavailable', 'the connection broke'));
    this.changes.on('change', onChange).on('break', onBreak);
    stream.once('close', () => this.changes.off('change', onChange).off('break', onBreak));
    return signal === undefined ? stream : addAbortSignal(signal, stream);
  }

  /** Gives one wanted message after the other; those that come later only when the log is followed. */
  private taker({ follow, tail, since, until }: LogQuery): () => LogEntry | undefined {
    const isWanted = ({ at }: LogEntry): boolean => (since === undefined || at >= since) && (until === undefined || at <= until);
    const past = this.entries.filter(isWanted);
    const queue = past.slice(tail === undefined ? 0 : Math.max(0, past.length - tail));
    let seen = this.entries.length;
    return () => {
      if (follow && this.entries.length > seen) {
        queue.push(...this.entries.slice(seen).filter(isWanted));
        seen = this.entries.length;
      }
      return queue.shift();
    };
  }

  private frame({ stream, text, at }: LogEntry, timestamps: boolean): Buffer {
    // Nine digits, always.
    const message = timestamps ? Buffer.concat([Buffer.from(`${at.toISOString().replace('Z', '000000Z')} `), text]) : text;
    if (this.hasTerminal) return message;
    const header = Buffer.alloc(8);
    header[0] = stream === 'stdout' ? 1 : 2;
    header.writeUInt32BE(message.length, 4);
    return Buffer.concat([header, message]);
  }
}
