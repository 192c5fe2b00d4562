import { createHash } from 'node:crypto';
import { ProviderError } from '../../errors.js';

/** One file of a volume, as its source gives it. */
export interface VolumeFile {
  /** Relative and clean. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Default: root. */
  readonly uid?: number;
  readonly data: Buffer;
}

/** What is written into a volume, in order: directories before what is in them. Paths are relative to the volume. */
export type VolumeEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | ({ readonly kind: 'file' } & VolumeFile)
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

/** Leads to the newest version of the files. */
export const DATA = '..data';
/** Of directories in a volume. */
export const DIRECTORY_MODE = 0o755;

/**
 * Files in the layout that programs know from the kubelet: everything in one versioned directory, `..data` pointing to it, and one
 * link for each name at the top. The version is a digest, so that equal contents give equal bytes.
 * @param field names the volume in the error
 * @throws ProviderError `InvalidPod` when one file lies where another needs a directory
 */
export function toLayout(files: readonly VolumeFile[], field: string): VolumeEntry[] {
  const directories = directoriesOf(files);
  const blocked = files.find(({ path }) => directories.has(path));
  if (blocked !== undefined) throw new ProviderError('InvalidPod', `${field}: ${JSON.stringify(blocked.path)} is a file and a directory`);
  const version = `..${digestOfEntries(files.map((file) => ({ kind: 'file', ...file }))).slice(0, 16)}`;
  const topNames = new Set(files.map(({ path }) => path.split('/', 1).join()));
  return [
    { kind: 'directory', path: version, mode: DIRECTORY_MODE },
    ...[...directories].map((path): VolumeEntry => ({ kind: 'directory', path: `${version}/${path}`, mode: DIRECTORY_MODE })),
    ...files.map((file): VolumeEntry => ({ kind: 'file', ...file, path: `${version}/${file.path}` })),
    { kind: 'symlink', path: DATA, target: version },
    ...[...topNames].map((name): VolumeEntry => ({ kind: 'symlink', path: name, target: `${DATA}/${name}` })),
  ];
}

/** SHA-256 in hexadecimal over what the entries say, independent of any time. */
export function digestOfEntries(entries: readonly VolumeEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const data = entry.kind === 'file' ? entry.data : Buffer.alloc(0);
    // The length in front keeps one file's data from passing for another's description.
    hash.update(`${JSON.stringify({ ...entry, data: data.length })}\n`).update(data);
  }
  return hash.digest('hex');
}

/** Every directory above a file, outer ones first. */
export function directoriesOf(files: readonly VolumeFile[]): Set<string> {
  const directories = new Set<string>();
  for (const { path } of files) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) directories.add(path.slice(0, at));
  }
  return directories;
}
