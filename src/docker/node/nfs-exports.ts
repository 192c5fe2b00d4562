import { posix } from 'node:path';
import type { VolumePolicy } from './volume-policy.js';

/** How a path of an NFS server is reached. */
export interface NfsPlace {
  /** Of an export that the operator allowed. */
  readonly path: string;
  /** What is mounted of it, found without leaving `path`: a link in it could lead to another export of the server. */
  readonly below?: string;
  readonly readOnly: boolean;
}

/** The place of a path of an NFS server, by the nearest export that is allowed; `undefined`: none is. @param path absolute and clean */
export function placeNfs(server: string, path: string, { nfs }: VolumePolicy): NfsPlace | undefined {
  const around = nfs.filter((entry) => entry.server === server && (entry.path === '/' || path === entry.path || path.startsWith(`${entry.path}/`)));
  const [nearest] = around.toSorted((a, b) => b.path.length - a.path.length);
  if (nearest === undefined) return undefined;
  const below = posix.relative(nearest.path, path);
  return { path: nearest.path, readOnly: nearest.readOnly, ...(below !== '' && { below }) };
}
