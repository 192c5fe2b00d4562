import { posix } from 'node:path';
import { isEngineError } from '../../engine/index.js';
import type { Container } from '../../kube/index.js';
import { EnvFileError, type FileReference, fileReferenceOf, hasOpenReferences, parseEnvFile, withFileValues } from '../environment/index.js';
import { readEndOf } from '../messages/index.js';
import type { PodRecord } from '../record/index.js';
import { sandboxPath } from '../spec/index.js';
import { ContainerConfigError } from './container-facts.js';
import type { Rooms } from './rooms.js';

/** More is no file of variables, in bytes. */
const LARGEST_FILE = 1024 * 1024;

/**
 * A container with all its variables, right before it is made: those out of files are read now, through the pod's sandbox.
 * @throws ContainerConfigError naming the variable, where it cannot be had; EngineError
 */
export async function withVariables(container: Container, record: PodRecord, sandboxId: string, rooms: Pick<Rooms, 'engine'>): Promise<Container> {
  // What came with a pod is not on record: of one whose record was lost, nothing is left to resolve them with.
  if (hasOpenReferences(container)) throw new ContainerConfigError(`the variables of container ${container.name} came with the pod, whose record was removed from the engine`);
  const values = new Map<string, string>();
  for (const variable of container.env ?? []) {
    const reference = fileReferenceOf(variable);
    const value = reference && (await read(reference, variable.name, record, sandboxId, rooms));
    if (value !== undefined) values.set(variable.name, value);
  }
  const hasFiles = container.env?.some((variable) => fileReferenceOf(variable) !== undefined) ?? false;
  return hasFiles ? withFileValues(container, values) : container;
}

async function read({ volumeName, path, key, optional }: FileReference, name: string, { volumes }: PodRecord, sandboxId: string, { engine }: Pick<Rooms, 'engine'>): Promise<string | undefined> {
  const about = `variable ${name}: the file ${JSON.stringify(path)} of the volume ${volumeName}`;
  const root = sandboxPath(volumes.findIndex((volume) => volume.name === volumeName && volume.subPath === undefined));
  try {
    await checkIsFile(root, path, about, sandboxId, engine);
    const text = (await readEndOf(await engine.getArchive(sandboxId, posix.join(root, path)), LARGEST_FILE)).toString();
    const value = parseEnvFile(text).get(key);
    if (value === undefined && !optional) throw new ContainerConfigError(`${about} has no ${JSON.stringify(key)}`);
    return value;
  } catch (error) {
    if (error instanceof EnvFileError) throw new ContainerConfigError(`${about}: ${error.message}`);
    if (!isEngineError(error, 'NotFound')) throw error;
    if (optional) return undefined;
    throw new ContainerConfigError(`${about} is not there`);
  }
}

/** A link could lead out of the volume, to what the container is not given. */
async function checkIsFile(root: string, path: string, about: string, sandboxId: string, engine: Rooms['engine']): Promise<void> {
  const parts = posix.normalize(path).split('/');
  for (const index of parts.keys()) {
    const { kind, size } = await engine.statPath(sandboxId, posix.join(root, ...parts.slice(0, index + 1)));
    const isLast = index === parts.length - 1;
    if (kind !== (isLast ? 'file' : 'directory')) throw new ContainerConfigError(`${about} is not one: there is a ${kind} on the way`);
    if (isLast && size > LARGEST_FILE) throw new ContainerConfigError(`${about} is longer than ${LARGEST_FILE} bytes`);
  }
}
