import { Transform, type TransformCallback } from 'node:stream';

/** One message of a container's log, as the engine framed it; a long line is several messages. */
export interface LogFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly chunk: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes the engine's multiplexed log apart: bytes in, `LogFrame`s out, with back-pressure. A stream that ends within a frame fails.
 * @see Docker Engine API, ContainerAttach, stream format
 */
export function demultiplex(): Transform {
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    readableObjectMode: true,
    transform(this: Transform, chunk: Buffer, _encoding, done: TransformCallback) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let size = frameSize(rest); size !== undefined && rest.length >= HEADER_BYTES + size; size = frameSize(rest)) {
        const frame: LogFrame = { stream: rest[0] === STDERR ? 'stderr' : 'stdout', chunk: rest.subarray(HEADER_BYTES, HEADER_BYTES + size) };
        rest = rest.subarray(HEADER_BYTES + size);
        this.push(frame);
      }
      done();
    },
    flush(done: TransformCallback) {
      done(rest.length === 0 ? null : new Error(`the log ended within a frame, ${rest.length} bytes into it`));
    },
  });
}

function frameSize(buffer: Buffer): number | undefined {
  return buffer.length < HEADER_BYTES ? undefined : buffer.readUInt32BE(4);
}
