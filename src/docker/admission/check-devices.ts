import { posix } from 'node:path';
import type { Container, Pod, Volume } from '../../kube/index.js';
import { type NodePolicy, placeClaim } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Whether a volume is the block device behind a claim, which has no files to mount. */
export function isBlockDevice({ persistentVolumeClaim: claim }: Volume, { metadata }: Pod, policy: NodePolicy): boolean {
  return claim !== undefined && claim !== null && placeClaim(metadata.namespace, claim.claimName, policy)?.kind === 'device';
}

/** Block devices of one container: of claims that are some, at places of their own. */
export function* checkDevices(container: Container, path: string, pod: Pod, policy: NodePolicy): Iterable<Finding> {
  const taken = new Set((container.volumeMounts ?? []).map(({ mountPath }) => posix.resolve('/', String(mountPath))));
  for (const [index, { name, devicePath }] of (container.volumeDevices ?? []).entries()) {
    const field = `${path}[${index}]`;
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    if (volume === undefined) yield invalid(`${field}.name`, `${quoted(name)} is not a volume of the pod`);
    else if (!isBlockDevice(volume, pod, policy)) yield invalid(`${field}.name`, `${quoted(name)} is not a claim that a block device is for (Volumes.Claims)`);
    const why = whyNotPlace(devicePath, taken);
    if (why !== undefined) yield invalid(`${field}.devicePath`, `${quoted(devicePath)} ${why}`);
    else taken.add(posix.resolve(devicePath));
  }
}

function whyNotPlace(devicePath: unknown, taken: ReadonlySet<string>): string | undefined {
  if (typeof devicePath !== 'string' || !devicePath.startsWith('/')) return 'is not an absolute path';
  if (devicePath.split('/').includes('..') || /[\0:]/.test(devicePath)) return 'must not contain "..", a colon or a NUL byte';
  if (posix.resolve(devicePath) === '/') return 'would hide the whole image';
  return taken.has(posix.resolve(devicePath)) ? 'has a mount or a device already' : undefined;
}
