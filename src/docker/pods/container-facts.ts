import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf } from '../../errors.js';
import { type Container, effectiveSecurityOf, normalizeImage, type SeccompProfile } from '../../kube/index.js';
import type { PodSecurityPolicy } from '../node/index.js';
import type { PodRecord } from '../record/index.js';
import { type ContainerFacts, needsImageUser, reasonNotToRun, volumesToFind } from '../spec/index.js';
import type { Rooms } from './rooms.js';

/** Far above any profile; one that is too large must not fill the memory. */
const LARGEST_PROFILE_BYTES = 1024 * 1024;

/** What the pod and its image say of a container cannot be had together; the kubelet's `CreateContainerConfigError`. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

/**
 * Looks up what a container is to be made with, right before it is.
 * @throws ContainerConfigError when it must not run as the user it would; Error for a profile that cannot be read; EngineError
 */
export async function lookUpFacts(record: PodRecord, container: Container, { engine, traits }: Pick<Rooms, 'engine' | 'traits'>): Promise<ContainerFacts> {
  const security = effectiveSecurityOf(record.pod, container);
  const imageUser = needsImageUser(security) ? (await engine.inspectImage(normalizeImage(container.image ?? ''))).User : undefined;
  const why = reasonNotToRun(security, imageUser);
  if (why !== undefined) throw new ContainerConfigError(why);
  const seccompProfile = await readSeccompProfile(security.seccompProfile, traits.policy.podSecurity);
  const volumes = volumesToFind(record, container, traits);
  const mountpoints = volumes.length === 0 ? undefined : new Map(await Promise.all(volumes.map(async (name) => [name, (await engine.inspectVolume(name)).Mountpoint] as const)));
  return { ...(imageUser !== undefined && { imageUser }), ...(seccompProfile !== undefined && { seccompProfile }), ...(mountpoints && { mountpoints }) };
}

/** The engine takes a profile's text, and a word that switches seccomp off: only what is JSON is passed on. */
async function readSeccompProfile(profile: SeccompProfile | undefined, { seccompProfiles: directory }: PodSecurityPolicy): Promise<string | undefined> {
  if (profile?.type !== 'Localhost') return undefined;
  const name = profile.localhostProfile ?? '';
  try {
    if (directory === undefined) throw new Error('this node has no directory of profiles');
    return JSON.stringify(JSON.parse(await readInside(directory, name)));
  } catch (error) {
    throw new Error(`cannot use the seccomp profile ${JSON.stringify(name)}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Text of a file that lies in the directory, with every link on the way to it. */
async function readInside(directory: string, name: string): Promise<string> {
  const root = await realpath(directory);
  const file = await realpath(join(root, name));
  if (!file.startsWith(root + sep)) throw new Error('it is not in the directory of profiles');
  const found = await stat(file);
  if (!found.isFile() || found.size > LARGEST_PROFILE_BYTES) throw new Error('it is no file, or too large a one');
  return readFile(file, 'utf8');
}

/** Without the host's paths, which are not the pod's to know. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code === 'ENOENT' ? 'there is none' : code;
  return error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
}
