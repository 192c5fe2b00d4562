import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** The last line of such a log, as `sha256sum` writes it, and the newline before it. */
const SUM_BYTES = '\n'.length + 64 + '  -\n'.length;

/** Reads a log whose last line is the hash of all before. */
export async function readSummedLog(log: Readable): Promise<{ readonly bytes: number; readonly isExact: boolean }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of log as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    const all = Buffer.concat([end, chunk]);
    hash.update(all.subarray(0, Math.max(all.length - SUM_BYTES, 0)));
    end = all.subarray(-SUM_BYTES);
  }
  return { bytes, isExact: end.toString() === `\n${hash.digest('hex')}  -\n` };
}
