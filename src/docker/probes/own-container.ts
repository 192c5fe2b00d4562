import { readFile } from 'node:fs/promises';
import { type Engine, isEngineError } from '../../engine/index.js';

/** The engine mounts these of a container's own directory into it. */
const OWN_FILE = /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) /;

/** Id of the container that this process runs in, by what the kernel tells of its mounts; `undefined`: it is in none. */
export function containerIdIn(mountinfo: string): string | undefined {
  return OWN_FILE.exec(mountinfo)?.[1];
}

/** The container of this very process, where it is one of that engine. @throws EngineError when the engine is away */
export async function findOwnContainer(engine: Engine): Promise<string | undefined> {
  const id = containerIdIn(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
  if (id === undefined) return undefined;
  try {
    return (await engine.inspectContainer(id)).Id;
  } catch (error) {
    if (isEngineError(error, 'NotFound')) return undefined;
    throw error;
  }
}
