import { allContainers, type Pod, type Volume } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { type DriverOptions, volumeName } from '../record/index.js';
import type { PlannedVolume } from './content.js';
import type { VolumeEntry } from './files-layout.js';
import { memoryVolumeBytes } from './memory-limit.js';
import { modeAndGroup, withFsGroup } from './ownership.js';
import { usedParts } from './parts.js';

/** Written to by whatever user a container runs as. */
const EMPTY_DIR_MODE = 0o777;
/** That of a new tmpfs, which the kubelet leaves as it is. */
const MEMORY_MODE = 0o1777;
const PERMISSIONS = 0o777;
const HUGE_PAGES = /^HugePages(?:-(.+))?$/;

/** An emptyDir, in memory where its medium says so, or the new volume of an ephemeral claim. @returns `undefined` for other kinds of volumes */
export function planEmptyDir(volume: Volume, pod: Pod, node: NodeTraits): readonly PlannedVolume[] | undefined {
  if (!isEmptyDir(volume) && !volume.ephemeral) return undefined;
  const named = { name: volume.name, engineName: volumeName(node.name, pod.metadata.uid, volume.name) };
  const options = toMemoryOptions(volume, pod);
  if (options !== undefined) return [{ volume: { kind: 'mounted', ...named, options } }];
  const mode = volume.emptyDir?.mode ?? EMPTY_DIR_MODE;
  const content = withFsGroup({ directoryMode: mode, entries: directoriesOfParts(pod, volume.name, mode) }, pod, false);
  return [{ volume: { kind: 'own', ...named }, content }];
}

/** A volume without any source is an emptyDir. */
function isEmptyDir(volume: Volume): boolean {
  const sources = Object.entries(volume).filter(([key, value]) => key !== 'name' && value !== null && value !== undefined);
  return Boolean(volume.emptyDir) || sources.length === 0;
}

/** The engine mounts parts that are there; a kubelet makes them. */
function directoriesOfParts(pod: Pod, volume: string, modeOfVolume: number): readonly VolumeEntry[] {
  const paths = [...usedParts(pod, volume)].flatMap((part) => part.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')));
  return [...new Set(paths)].filter((path) => path !== '').map((path) => ({ kind: 'directory', path, mode: modeOfVolume & PERMISSIONS }));
}

function toMemoryOptions(volume: Volume, pod: Pod): DriverOptions | undefined {
  const { medium = '', mode } = volume.emptyDir ?? {};
  if (medium === 'Memory') {
    const bytes = memoryVolumeBytes(volume, pod);
    return { type: 'tmpfs', device: 'tmpfs', o: [...(bytes === undefined ? [] : [`size=${bytes}`]), ...modeAndGroup(mode ?? MEMORY_MODE, pod)].join(',') };
  }
  const [isHuge, size = pageSizeOf(pod)] = HUGE_PAGES.exec(medium) ?? [];
  if (isHuge === undefined) return undefined;
  // The kernel's suffixes are binary.
  const pageSize = size?.replace(/i$/, '');
  return { type: 'hugetlbfs', device: 'none', o: [...(pageSize === undefined ? [] : [`pagesize=${pageSize}`]), ...modeAndGroup(mode ?? EMPTY_DIR_MODE, pod)].join(',') };
}

/** The one size of pages that the pod's containers ask for. */
function pageSizeOf(pod: Pod): string | undefined {
  const names = allContainers(pod).flatMap(({ resources }) => Object.keys({ ...resources?.limits, ...resources?.requests }));
  return names.find((name) => name.startsWith('hugepages-'))?.slice('hugepages-'.length);
}
