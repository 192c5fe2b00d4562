import { Readable } from 'node:stream';

/** Turns chunks of an engine stream into log bytes. */
export interface Conversion {
  convert(chunk: Buffer, out: Buffer[]): void;
  /** After the source's last chunk. @throws Error where the source did not end there */
  finish(out: Buffer[]): void;
  /** Nothing that is still to come is wanted. */
  readonly isComplete: boolean;
}

/** Short lines are joined up to this size, so that a reader is not called for each of them. */
const BATCH_BYTES = 64 * 1024;

/**
 * A log as bytes. Reads its source only as fast as it is read itself; destroys it when the reader leaves, when the
 * conversion has enough, and when anything fails. A source that breaks makes this stream fail, never end.
 */
export class LogStream extends Readable {
  private batch: Buffer[] = [];
  private batchBytes = 0;
  private scheduled: NodeJS.Immediate | undefined;
  private isOver = false;

  constructor(
    private readonly source: Readable,
    private readonly conversion: Conversion,
    /** The error that the reader sees when the source broke. */
    private readonly toFailure: (cause: unknown) => Error,
  ) {
    super({ highWaterMark: 2 * BATCH_BYTES });
    // A failure before the reader listens must not end the process; the reader still finds the stream destroyed.
    this.on('error', () => undefined);
    source.pause();
    source.on('data', (chunk: Buffer) => this.receive(chunk));
    source.once('end', () => this.endOfSource());
    source.once('error', (error) => this.breakOff(error));
    source.once('close', () => this.breakOff(new Error('the connection closed')));
  }

  override _read(): void {
    if (this.conversion.isComplete) this.finishEarly();
    else this.source.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.isOver = true;
    clearImmediate(this.scheduled);
    this.batch = [];
    this.source.destroy();
    callback(error);
  }

  private receive(chunk: Buffer): void {
    if (this.isOver) return;
    this.add((out) => this.conversion.convert(chunk, out));
    if (this.conversion.isComplete) this.finishEarly();
    else if (this.batchBytes >= BATCH_BYTES) this.flush();
    else if (this.batchBytes > 0) this.scheduled ??= setImmediate(() => this.flush());
  }

  private add(produce: (out: Buffer[]) => void): void {
    const before = this.batch.length;
    produce(this.batch);
    for (let i = before; i < this.batch.length; i++) this.batchBytes += this.batch[i]?.length ?? 0;
  }

  private flush(): void {
    clearImmediate(this.scheduled);
    this.scheduled = undefined;
    const [only] = this.batch;
    if (only === undefined || this.destroyed) return;
    const bytes = this.batch.length === 1 ? only : Buffer.concat(this.batch, this.batchBytes);
    this.batch = [];
    this.batchBytes = 0;
    if (!this.push(bytes)) this.source.pause();
  }

  private finishEarly(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.source.destroy();
    this.end();
  }

  private endOfSource(): void {
    if (this.isOver) return;
    try {
      this.add((out) => this.conversion.finish(out));
    } catch (error) {
      return this.breakOff(error);
    }
    this.isOver = true;
    this.end();
  }

  private breakOff(cause: unknown): void {
    if (!this.isOver) this.destroy(this.toFailure(cause));
  }

  private end(): void {
    this.flush();
    if (!this.destroyed) this.push(null);
  }
}
