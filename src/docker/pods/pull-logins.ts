import { messageOf } from '../../errors.js';
import { DamagedLogins, imagesOfPod, InvalidImageName, type LoginEntry, matchLogins, parsePullSecret, type Pod, type RegistryLogin, repositoryOf } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import type { PullLogins } from '../record/index.js';
import { openSealed, seal } from '../secrets/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/**
 * The logins for the record that came with a pod and are for one of its images: those in Secrets that it names for pulls, then those in
 * others of that type, which it mounts. They lie there as env values do, or under a key where the operator has one.
 */
export function toPullLogins({ pod, delivered }: CreateRequest, { recordKeys }: Pick<Rooms, 'recordKeys'>): PullLogins | undefined {
  const names = new Set([...(pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => name), ...delivered.secrets.keys()]);
  const repositories = repositoriesOf(pod);
  const entries = [...names].flatMap((name) => readSecret(delivered.secrets.get(name))).filter((entry) => repositories.some((repository) => matchLogins([entry], repository).length > 0));
  if (entries.length === 0) return undefined;
  if (recordKeys === undefined) return { kind: 'plain', entries };
  return { kind: 'sealed', text: seal(Buffer.from(JSON.stringify(entries)), ownerOf(pod), recordKeys) };
}

/** The logins of a pod for one image, the best first. Some that cannot be opened any more are said to be missing. */
export function pullLoginsFor(image: string, pod: ManagedPod, rooms: Pick<Rooms, 'recordKeys'>): RegistryLogin[] {
  const { pullLogins: logins } = pod.record;
  if (logins === undefined) return [];
  try {
    return matchLogins(logins.kind === 'plain' ? logins.entries : open(logins.text, pod.record.pod, rooms), repositoryOf(image));
  } catch (error) {
    pod.addEvent('Warning', 'FailedToRetrieveImagePullSecret', `Unable to use the image pull secrets of the pod: ${messageOf(error)}`);
    return [];
  }
}

function readSecret(secret: ReadonlyMap<string, Buffer> | undefined): LoginEntry[] {
  try {
    return secret === undefined ? [] : parsePullSecret(secret);
  } catch (error) {
    if (error instanceof DamagedLogins) return []; // one that the pod names for pulls has been warned of
    throw error;
  }
}

function open(text: string, pod: Pod, { recordKeys }: Pick<Rooms, 'recordKeys'>): LoginEntry[] {
  if (recordKeys === undefined) throw new Error('they are sealed in its record, and there is no RecordKeyFile');
  return JSON.parse(openSealed(text, ownerOf(pod), recordKeys).toString('utf8')) as LoginEntry[];
}

/** Other than that of the pod's secret files, so that one sealed text never passes for the other. */
function ownerOf({ metadata: { uid } }: Pod): string {
  return `${uid} pull logins`;
}

/** Without names that none can have. */
function repositoriesOf(pod: Pod): string[] {
  return imagesOfPod(pod).flatMap((image) => {
    try {
      return [repositoryOf(image)];
    } catch (error) {
      if (error instanceof InvalidImageName) return [];
      throw error;
    }
  });
}
