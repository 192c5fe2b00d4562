import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ContainerDetails } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { allContainers, type Pod } from '../../kube/index.js';
import type { HeldVolume, PodRecord, PodVolume } from '../record/index.js';
import { COMPLETE, openSealed, seal } from '../secrets/index.js';
import { type PlannedVolume, toTar, type VolumeContent } from '../volumes/index.js';
import type { Rooms } from './rooms.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** A record holds a megabyte, which zeros could be packed into by the thousandfold. */
const LARGEST_TAR = 64 * 1024 * 1024;
const POD_DIRECTORY: VolumeContent = { directoryMode: 0o711, entries: [] };

/** A pod's volumes, those with secret files set apart. */
export interface HeldPlan {
  readonly volumes: readonly PlannedVolume[];
  /** Absent where no files lie in memory. */
  readonly held?: {
    /** For the holder, as soon as the pod is on record. */
    readonly tar: Buffer;
    /** For the record: the same under a key, to fill the holder again. */
    readonly sealed: string;
  };
}

/** Where the operator wants it so, takes the files of Secrets, and projected ones with a Secret or a token among them, into memory. */
export async function planHeldFiles(pod: Pod, volumes: readonly PlannedVolume[], rooms: Rooms): Promise<HeldPlan> {
  const inMemory = new Set(volumes.filter(({ volume, content }) => content !== undefined && volume.kind === 'own' && isSecret(volume.name, pod)));
  if (rooms.traits.policy.secretFiles === 'disk' || inMemory.size === 0) return { volumes };
  if (rooms.recordKeys === undefined) throw new ProviderError('EngineFailed', 'secret files are to lie in memory, but there is no RecordKeyFile');
  const { uid } = pod.metadata;
  rooms.secrets.use(uid);
  const directory = await rooms.secrets.directoryOf(uid);
  const tar = await toHeldTar(uid, [...inMemory], rooms);
  const sealed = seal(await compress(tar), uid, rooms.recordKeys);
  const order = [...inMemory];
  return {
    volumes: volumes.map((planned) => (inMemory.has(planned) ? { volume: toHeld(planned, `${directory}/${order.indexOf(planned)}`) } : planned)),
    held: { tar, sealed },
  };
}

function isSecret(volumeName: string, { spec }: Pod): boolean {
  const volume = spec.volumes?.find(({ name }) => name === volumeName);
  return Boolean(volume?.secret) || (volume?.projected?.sources ?? []).some((source) => Boolean(source.secret ?? source.serviceAccountToken));
}

/** A directory a volume, below that of the pod. */
function toHeldTar(podUid: string, volumes: readonly PlannedVolume[], { clock }: Rooms): Promise<Buffer> {
  const contents = volumes.flatMap(({ content }, index): [string, VolumeContent][] => (content === undefined ? [] : [[`${podUid}/${index}`, content]]));
  return toTar(new Map([[podUid, POD_DIRECTORY], ...contents]), clock.now(), `${podUid}/${COMPLETE}`);
}

function toHeld({ volume }: PlannedVolume, directory: string): HeldVolume {
  const { name, subPath } = volume;
  const { file = undefined, tokenExpiresAt = undefined } = volume.kind === 'own' ? volume : {};
  return {
    kind: 'held',
    name,
    path: file === undefined ? directory : `${directory}/${file}`,
    ...(subPath !== undefined && { subPath }),
    ...(tokenExpiresAt !== undefined && { tokenExpiresAt }),
  };
}

/** The volumes of a pod whose record was lost: those that its containers have from memory are there still, while the holder lives. */
export async function findHeldFiles(pod: Pod, volumes: readonly PodVolume[], details: readonly ContainerDetails[], { secrets }: Rooms): Promise<readonly PodVolume[]> {
  const { uid } = pod.metadata;
  const mounts = details.flatMap(({ Mounts }) => Mounts).filter(({ Source = '' }) => Source.includes(`/${uid}/`));
  if (mounts.length === 0 || !volumes.some(({ name }) => isSecret(name, pod))) return volumes;
  const directory = await secrets.directoryOf(uid);
  const places = new Map(mounts.map(({ Source = '', Destination }) => [Destination, Source]));
  const found = allContainers(pod).flatMap((container) => container.volumeMounts ?? []).flatMap(({ name, subPath, mountPath }): HeldVolume[] => {
    const path = places.get(mountPath) ?? '';
    return path.startsWith(`${directory}/`) ? [{ kind: 'held', name, path, ...(subPath && { subPath }) }] : [];
  });
  if (found.length > 0) secrets.use(uid);
  return volumes.map((volume) => found.find(({ name, subPath }) => name === volume.name && subPath === volume.subPath) ?? volume);
}

/** Sees to it that a pod's secret files are there before a container that mounts them is made. */
export async function ensureHeldFiles({ pod, volumes, sealed }: PodRecord, { secrets, recordKeys }: Rooms): Promise<void> {
  if (!volumes.some(({ kind }) => kind === 'held')) return;
  const { uid } = pod.metadata;
  await secrets.ensureFilled(uid, async () => {
    if (sealed === undefined) throw new Error('the files of its Secrets were lost with its record');
    if (recordKeys === undefined) throw new Error('the files of its Secrets are sealed in its record, and there is no RecordKeyFile');
    return decompress(openSealed(sealed, uid, recordKeys), { maxOutputLength: LARGEST_TAR });
  });
}
