import { posix } from 'node:path';
import { type Container, type Pod, type Volume, type VolumeMount, whyNotSubPath } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { isBlockDevice } from './check-devices.js';
import { type Finding, invalid, quoted } from './findings.js';
import { isHostMount } from './host-mounts.js';

const PROPAGATIONS = ['None', 'HostToContainer', 'Bidirectional'];
const RECURSIVE_READ_ONLY = ['Disabled', 'IfPossible', 'Enabled'];

/** Mounts of one container: of volumes that there are, at places of their own. */
export function* checkMounts(container: Container, path: string, pod: Pod, policy: NodePolicy): Iterable<Finding> {
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]));
  const taken = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const field = `${path}[${index}]`;
    const { name, mountPath } = mount;
    const volume = volumes.get(name);
    if (volume === undefined) yield invalid(`${field}.name`, `${quoted(name)} is not a volume of the pod`);
    else if (isBlockDevice(volume, pod, policy)) yield invalid(`${field}.name`, `${quoted(name)} is a block device; volumeDevices have it`);
    const place = posix.resolve('/', mountPath);
    const why = reasonToRefuse(mountPath) ?? (taken.has(place) ? 'has a mount already' : undefined);
    if (why !== undefined) yield invalid(`${field}.mountPath`, `${quoted(mountPath)} ${why}`);
    taken.add(place);
    yield* checkSubPath(mount, field);
    if (volume !== undefined) yield* checkModes(mount, volume, container, pod, policy, field);
  }
}

function reasonToRefuse(mountPath: string): string | undefined {
  if (!mountPath.startsWith('/')) return 'is not an absolute path';
  if (mountPath.split('/').includes('..')) return 'must not contain ".."';
  if (mountPath.includes('\0')) return 'contains a NUL byte';
  return posix.resolve(mountPath) === '/' ? 'would hide the whole image' : undefined;
}

function* checkSubPath({ subPath, subPathExpr }: VolumeMount, field: string): Iterable<Finding> {
  if (subPath && subPathExpr) yield invalid(`${field}.subPathExpr`, 'a mount has subPath or subPathExpr, not both');
  for (const [name, value] of [['subPath', subPath ?? ''], ['subPathExpr', subPathExpr ?? '']] as const) {
    const why = whyNotSubPath(value);
    if (why !== undefined) yield invalid(`${field}.${name}`, `${quoted(value)} ${why}`);
  }
}

function* checkModes(mount: VolumeMount, volume: Volume, container: Container, pod: Pod, policy: NodePolicy, field: string): Iterable<Finding> {
  const propagation = mount.mountPropagation || 'None';
  const recursive = mount.recursiveReadOnly || 'Disabled';
  const host = isHostMount(volume, pod, policy);
  if (!PROPAGATIONS.includes(propagation)) yield invalid(`${field}.mountPropagation`, `${quoted(propagation)} is not one of ${PROPAGATIONS.join(', ')}`);
  else if (propagation !== 'None' && host === 'readOnly') yield invalid(`${field}.mountPropagation`, 'pods may only read this volume; mounts that are made below it later could be written to');
  else if (propagation === 'Bidirectional' && host === undefined) yield invalid(`${field}.mountPropagation`, 'Bidirectional is possible for paths of the host only');
  else if (propagation === 'Bidirectional' && container.securityContext?.privileged !== true) yield invalid(`${field}.mountPropagation`, 'Bidirectional is for privileged containers only');
  if (!RECURSIVE_READ_ONLY.includes(recursive)) yield invalid(`${field}.recursiveReadOnly`, `${quoted(recursive)} is not one of ${RECURSIVE_READ_ONLY.join(', ')}`);
  if (recursive === 'Disabled') return;
  if (mount.readOnly !== true) yield invalid(`${field}.recursiveReadOnly`, `${recursive} is for mounts with readOnly: true`);
  if (propagation !== 'None') yield invalid(`${field}.recursiveReadOnly`, `${recursive} is for mounts without propagation`);
  if (recursive === 'Enabled' && host === undefined && (volume.persistentVolumeClaim ?? volume.nfs)) {
    yield invalid(`${field}.recursiveReadOnly`, 'it cannot be promised of an engine volume that is not the pod\'s own; IfPossible can');
  }
}
