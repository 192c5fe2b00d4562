import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { VOLUMES_ROOT } from '../spec/index.js';
import type { PlannedVolume, VolumeContent } from './content.js';
import type { VolumeEntry } from './files-layout.js';

/**
 * One archive for the root of a sandbox that mounts the volumes by their index: `v/0/…`, `v/1/…`. Unpacked into volumes that
 * nobody has written to, so no link of a pod's making is followed.
 * @param mtime of every entry; the same contents and time give the same bytes
 */
export function toVolumeTar(volumes: readonly PlannedVolume[], mtime: Date): Promise<Buffer> {
  const roots = volumes.flatMap(({ content }, index): [string, VolumeContent][] => (content === undefined ? [] : [[`${VOLUMES_ROOT.slice(1)}/${index}`, content]]));
  return toTar(new Map(roots), mtime);
}

/**
 * One archive of several volumes, each below a directory of its own.
 * @param last an empty file that is unpacked after everything else
 */
export function toTar(contents: ReadonlyMap<string, VolumeContent>, mtime: Date, last?: string): Promise<Buffer> {
  const tar = pack();
  for (const [root, content] of contents) {
    const owned = { uid: 0, gid: content.gid ?? 0, mtime };
    tar.entry({ ...owned, name: `${root}/`, type: 'directory', mode: content.directoryMode });
    for (const entry of content.entries) tar.entry({ ...owned, ...toHeader(entry, root) }, entry.kind === 'file' ? entry.data : Buffer.alloc(0));
  }
  if (last !== undefined) tar.entry({ name: last, mode: 0o400, mtime }, '');
  tar.finalize();
  return buffer(tar);
}

interface EntryHeader {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly uid?: number;
  readonly linkname?: string;
}

function toHeader(entry: VolumeEntry, root: string): EntryHeader {
  const name = `${root}/${entry.path}`;
  if (entry.kind === 'symlink') return { name, type: 'symlink', linkname: entry.target, mode: 0o777 };
  if (entry.kind === 'directory') return { name: `${name}/`, type: 'directory', mode: entry.mode };
  return { name, type: 'file', mode: entry.mode, ...(entry.uid !== undefined && { uid: entry.uid }) };
}
