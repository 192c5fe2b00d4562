import { posix } from 'node:path';
import type { Pod, VolumeMount } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Mounts of one container: of volumes that there are, at places of their own. */
export function* checkMounts(mounts: readonly VolumeMount[], path: string, { spec }: Pod): Iterable<Finding> {
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const taken = new Set<string>();
  for (const [index, { name, mountPath }] of mounts.entries()) {
    if (!volumes.has(name)) yield invalid(`${path}[${index}].name`, `${quoted(name)} is not a volume of the pod`);
    const field = `${path}[${index}].mountPath`;
    const place = posix.resolve('/', mountPath);
    const why = reasonToRefuse(mountPath) ?? (taken.has(place) ? 'has a mount already' : undefined);
    if (why !== undefined) yield invalid(field, `${quoted(mountPath)} ${why}`);
    taken.add(place);
  }
}

function reasonToRefuse(mountPath: string): string | undefined {
  if (!mountPath.startsWith('/')) return 'is not an absolute path';
  if (mountPath.split('/').includes('..')) return 'must not contain ".."';
  if (mountPath.includes('\0')) return 'contains a NUL byte';
  return posix.resolve(mountPath) === '/' ? 'would hide the whole image' : undefined;
}
