import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';

/** The last bytes of the one file in a tar, at most `length`. */
export async function readEndOf(tar: Readable, length: number): Promise<Buffer> {
  const unpacked = extract();
  tar.on('error', (error) => unpacked.destroy(error));
  tar.pipe(unpacked);
  try {
    for await (const entry of unpacked) return await lastBytes(entry as AsyncIterable<Buffer>, length);
    return Buffer.alloc(0);
  } finally {
    tar.destroy();
  }
}

/** The last bytes of a stream, at most `length`; the rest is not kept. */
export async function lastBytes(stream: AsyncIterable<Buffer>, length: number): Promise<Buffer> {
  let end = Buffer.alloc(0);
  for await (const chunk of stream) end = Buffer.concat([end, chunk]).subarray(-length);
  return end;
}
