import { Readable } from 'node:stream';

/** Chunks that somebody makes one after the other, as a stream: each is asked for when its reader wants more. */
export interface ChunkMaker {
  chunks(): AsyncGenerator<Buffer, void>;
  /** The reader has left, or something failed: ends what is under way. */
  leave(): void;
  /** The error that the reader sees. */
  toFailure(cause: unknown): Error;
}

/** A stream that fails when the making of its chunks does. Destroying it ends the making at once. */
export class ChunkStream extends Readable {
  private readonly made: AsyncGenerator<Buffer, void>;

  constructor(private readonly maker: ChunkMaker) {
    super();
    // A failure before the reader listens must not end the process; the reader still finds the stream destroyed.
    this.on('error', () => undefined);
    this.made = maker.chunks();
  }

  override _read(): void {
    this.made.next().then(
      ({ value }) => this.push(value ?? null),
      (error: unknown) => this.destroy(this.maker.toFailure(error)),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.maker.leave();
    callback(error);
  }
}
