import { Transform, type TransformCallback } from 'node:stream';

/** One message of a container's log, as the engine framed it; a long line is several messages. */
export interface LogFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly chunk: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes the engine's multiplexed stream apart, chunk by chunk.
 * @see Docker Engine API, ContainerAttach, stream format
 */
export class FrameSplitter {
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that this chunk completes. */
  split(chunk: Buffer): readonly LogFrame[] {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: LogFrame[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      frames.push({ stream: bytes[at] === STDERR ? 'stderr' : 'stdout', chunk: bytes.subarray(at + HEADER_BYTES, end) });
      at = end;
    }
    this.rest = bytes.subarray(at);
    return frames;
  }

  /** The stream has ended. @throws Error when it did within a frame */
  end(): void {
    if (this.rest.length > 0) throw new Error(`the log ended within a frame, ${this.rest.length} bytes into it`);
  }
}

/** The engine's multiplexed stream taken apart: bytes in, `LogFrame`s out, with back-pressure. One that ends within a frame fails. */
export function demultiplex(): Transform {
  const splitter = new FrameSplitter();
  return new Transform({
    readableObjectMode: true,
    transform(this: Transform, chunk: Buffer, _encoding, done: TransformCallback) {
      splitter.split(chunk).forEach((frame) => this.push(frame));
      done();
    },
    flush(done: TransformCallback) {
      try {
        splitter.end();
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
