import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { posix } from 'node:path';
import { extract, type Header, pack } from 'tar-stream';
import { EngineError } from '../../src/engine/index.js';

/** One entry of a tar that was put into a container. */
export interface ArchiveEntry {
  /** Absolute path in the container, without a slash at the end. */
  readonly path: string;
  readonly type: NonNullable<Header['type']>;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of links. */
  readonly target?: string;
  readonly content: Buffer;
}

/** @throws EngineError `Failed` when it is no tar, or an entry leaves its directory */
export async function parseArchive(at: string, tar: Readable | Buffer): Promise<readonly ArchiveEntry[]> {
  const unpacked = extract();
  unpacked.end(Buffer.isBuffer(tar) ? tar : await buffer(tar));
  const entries: ArchiveEntry[] = [];
  try {
    for await (const entry of unpacked) {
      const { name, type, mode = 0, uid = 0, gid = 0, linkname } = entry.header;
      if (posix.normalize(name).startsWith('..')) throw new Error(`${name} leaves ${at}`);
      const path = posix.resolve(at, posix.join('.', name));
      entries.push({ path, type: type ?? 'file', mode, uid, gid, ...(linkname && { target: linkname }), content: await buffer(entry) });
    }
  } catch (cause) {
    throw new EngineError('Failed', `cannot unpack: ${String(cause)}`, { cause });
  }
  return entries;
}

/** A tar of one file. */
export function packFile(path: string, content: string): Readable {
  const tar = pack();
  tar.entry({ name: posix.basename(path) }, content);
  tar.finalize();
  return tar as unknown as Readable;
}
