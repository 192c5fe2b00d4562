import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { VOLUMES_ROOT } from '../spec/index.js';
import type { VolumeContent } from './files.js';
import type { VolumeEntry } from './files-layout.js';

/**
 * One archive for the root of a sandbox that mounts the volumes in this order: `v/0/…`, `v/1/…`. Unpacked into volumes that
 * nobody has written to, so no link of a pod's making is followed.
 * @param mtime of every entry; the same contents and time give the same bytes
 */
export async function toVolumeTar(contents: readonly VolumeContent[], mtime: Date): Promise<Buffer> {
  const tar = pack();
  const owned = { uid: 0, gid: 0, mtime };
  contents.forEach(({ directoryMode, entries }, index) => {
    const root = `${VOLUMES_ROOT.slice(1)}/${index}`;
    tar.entry({ ...owned, name: `${root}/`, type: 'directory', mode: directoryMode });
    for (const entry of entries) tar.entry({ ...owned, ...toHeader(entry, root) }, entry.kind === 'file' ? entry.data : Buffer.alloc(0));
  });
  tar.finalize();
  return buffer(tar);
}

interface EntryHeader {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly linkname?: string;
}

function toHeader(entry: VolumeEntry, root: string): EntryHeader {
  const name = `${root}/${entry.path}`;
  if (entry.kind === 'symlink') return { name, type: 'symlink', linkname: entry.target, mode: 0o777 };
  return { name: entry.kind === 'directory' ? `${name}/` : name, type: entry.kind, mode: entry.mode };
}
