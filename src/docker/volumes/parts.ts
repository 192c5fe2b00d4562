import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { allContainers, type Pod, toSubPath } from '../../kube/index.js';
import { DATA, directoriesOf, DIRECTORY_MODE, type VolumeEntry, type VolumeFile } from './files-layout.js';

/**
 * Parts of a volume that containers mount; the empty one is the whole. A volume that nobody mounts counts as mounted whole.
 * @throws ProviderError `InvalidPod` for an expression that cannot be expanded
 */
export function usedParts(pod: Pod, volume: string): ReadonlySet<string> {
  const parts = allContainers(pod).flatMap((container) => (container.volumeMounts ?? []).flatMap((mount) => (mount.name === volume ? [toSubPath(mount, container)] : [])));
  return new Set(parts.length === 0 ? [''] : parts);
}

/** Name of a part among the volumes of its pod: no volume's name has a point in it. */
export function partName(volume: string, subPath: string): string {
  return subPath === '' ? volume : `${volume}.${createHash('sha256').update(subPath).digest('hex').slice(0, 16)}`;
}

/** What lies at a part of a volume of files. */
export interface FilesPart {
  readonly entries: readonly VolumeEntry[];
  /** Where the part is a single file: its name among the entries. */
  readonly file?: string;
}

/** A part that is not there is an empty directory, as on a kubelet. Later changes never reach a part, so it needs no links. */
export function partOfFiles(files: readonly VolumeFile[], subPath: string): FilesPart {
  const path = subPath.startsWith(`${DATA}/`) ? subPath.slice(DATA.length + 1) : subPath;
  const file = files.find((candidate) => candidate.path === path);
  if (file !== undefined) return { entries: [{ kind: 'file', ...file, path: posix.basename(path) }], file: posix.basename(path) };
  const below = files.flatMap((candidate) => {
    const rest = path === DATA ? candidate.path : candidate.path.startsWith(`${path}/`) ? candidate.path.slice(path.length + 1) : undefined;
    return rest === undefined ? [] : [{ ...candidate, path: rest }];
  });
  const directories = [...directoriesOf(below)].map((directory): VolumeEntry => ({ kind: 'directory', path: directory, mode: DIRECTORY_MODE }));
  return { entries: [...directories, ...below.map((candidate): VolumeEntry => ({ kind: 'file', ...candidate }))] };
}
