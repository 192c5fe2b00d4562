import { allContainers, type Pod } from '../../kube/index.js';
import type { VolumeContent } from './content.js';
import type { VolumeEntry } from './files-layout.js';

const SETGID = 0o2000;
const SEARCH = 0o110;
const READ = 0o440;
const READ_WRITE = 0o660;

/** Adds what the pod's group needs to permission bits, as the kubelet does. @see Kubernetes, pkg/volume, SetVolumeOwnership */
function forGroup(mode: number, isDirectory: boolean, isReadOnly: boolean): number {
  return mode | (isReadOnly ? READ : READ_WRITE) | (isDirectory ? SEARCH | SETGID : 0);
}

/** The same content for the pod's `fsGroup`, where it has one. */
export function withFsGroup(content: VolumeContent, { spec }: Pod, isReadOnly: boolean): VolumeContent {
  const gid = spec.securityContext?.fsGroup;
  if (typeof gid !== 'number') return content;
  const own = (entry: VolumeEntry): VolumeEntry => (entry.kind === 'symlink' ? entry : { ...entry, mode: forGroup(entry.mode, entry.kind === 'directory', isReadOnly) });
  return { directoryMode: forGroup(content.directoryMode, true, isReadOnly), gid, entries: content.entries.map(own) };
}

/** Mount options of a volume in memory for the pod's group. */
export function modeAndGroup(mode: number, { spec }: Pod): readonly string[] {
  const gid = spec.securityContext?.fsGroup;
  return typeof gid === 'number' ? [`mode=${forGroup(mode, true, false).toString(8)}`, `gid=${gid}`] : [`mode=${mode.toString(8)}`];
}

/** The user that all containers of the pod run as; `undefined` where they differ, or leave it to their images. */
export function commonUser(pod: Pod): number | undefined {
  const users = new Set(allContainers(pod).map(({ securityContext }) => securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser));
  const [user] = users;
  return users.size === 1 && typeof user === 'number' ? user : undefined;
}
