import { posix } from 'node:path';
import { allContainers, toSubPath } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import type { PodRecord, PodVolume } from '../record/index.js';
import type { ToolRun } from '../sandbox/index.js';
import { findVolume, partOf, sandboxPath, toMountSource } from '../spec/index.js';

/** To go anywhere in a volume, and to give its files to a group with the setgid bit on directories. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'];

/** One thing that is done to a volume, by its index in the record. */
interface Step {
  readonly index: number;
  readonly command: readonly string[];
}

/**
 * What has to be done to volumes that are not filled by us, before a container mounts them: claims are given to the pod's group, and
 * parts that are mounted are made where they are not there, as a kubelet does. In one run, which sees these volumes and nothing else.
 * @param isFresh no container of the pod has been made yet; later only what is in memory can have gone
 * @returns `undefined` where there is nothing to do
 */
export function toPreparation(record: PodRecord, node: NodeTraits, isFresh: boolean): ToolRun | undefined {
  const steps = [...ownershipSteps(record), ...partSteps(record)].filter(({ index }) => isFresh || isInMemory(record.volumes[index]));
  if (steps.length === 0) return undefined;
  const indices = [...new Set(steps.map(({ index }) => index))];
  return {
    command: steps.flatMap(({ command }, at) => (at === 0 ? command : ['+', ...command])),
    mounts: indices.flatMap((index) => {
      const volume = record.volumes[index];
      return volume === undefined ? [] : [{ ...toMountSource(record, volume, node), Target: sandboxPath(index) }];
    }),
    capabilities: CAPABILITIES,
  };
}

function isInMemory(volume: PodVolume | undefined): boolean {
  return volume?.kind === 'mounted' && (volume.options.type === 'tmpfs' || volume.options.type === 'hugetlbfs');
}

/** Of claims only: a path of the host is left as it is, and a server's files are the server's. */
function ownershipSteps({ pod, volumes }: PodRecord): Step[] {
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {};
  if (typeof fsGroup !== 'number') return [];
  const when = fsGroupChangePolicy === 'OnRootMismatch' ? 'mismatch' : 'always';
  const claims = new Set((pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) => (persistentVolumeClaim ? [name] : [])));
  return volumes.flatMap((volume, index) => {
    if (!claims.has(volume.name) || volume.kind === 'block' || volume.subPath !== undefined || isReadOnly(volume)) return [];
    return [{ index, command: ['own', String(fsGroup), when, posix.join(sandboxPath(index), partOf(volume, ''))] }];
  });
}

function partSteps(record: PodRecord): Step[] {
  const mounts = allContainers(record.pod).flatMap((container) => (container.volumeMounts ?? []).map((mount) => ({ name: mount.name, subPath: toSubPath(mount, container) })));
  const paths = mounts.flatMap(({ name, subPath }) => {
    const volume = findVolume(record, name, subPath);
    if (volume === undefined || subPath === '' || !isOfOthers(volume) || isReadOnly(volume)) return [];
    const index = record.volumes.indexOf(volume);
    return [{ index, path: posix.join(sandboxPath(index), partOf(volume, subPath)) }];
  });
  const once = new Map(paths.map(({ index, path }) => [path, index]));
  return [...once].map(([path, index]) => ({ index, command: ['dir', '-', path] }));
}

/** Whether what is in it was not put there by us. */
function isOfOthers({ kind }: PodVolume): boolean {
  return kind === 'claim' || kind === 'mounted';
}

function isReadOnly(volume: PodVolume): boolean {
  return 'readOnly' in volume && volume.readOnly === true;
}
