import { statfs } from 'node:fs/promises';
import type { DockerEndpoint } from '../../config/index.js';
import { connectEngine, diagnoseEngine } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { DiskSpace, EngineFacts } from './facts.js';

const TIMEOUT_MS = 15_000;

/** Asks the engine. Never rejects. */
export async function lookAtEngine(docker: DockerEndpoint): Promise<EngineFacts> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const before = Date.now();
    const diagnosis = await diagnoseEngine(docker, signal);
    const after = Date.now();
    const theirs = Date.parse(diagnosis.systemTime);
    // Its answer was made some time between.
    const skewMs = Number.isNaN(theirs) ? 0 : theirs > after ? theirs - after : Math.min(theirs - before, 0);
    return { kind: 'reached', diagnosis, skewMs, networks: await networksOf(docker, signal) };
  } catch (error) {
    const code = codeOf(error);
    return { kind: 'away', message: messageOf(error), ...(code !== undefined && { code }) };
  }
}

/** One that is too old is told by its version; its networks are not asked for. */
async function networksOf(docker: DockerEndpoint, signal: AbortSignal): ReturnType<ReturnType<typeof connectEngine>['listNetworks']> {
  const engine = connectEngine(docker);
  const speaks = await engine.version(signal).then(() => true, () => false);
  return speaks ? engine.listNetworks([], signal) : [];
}

/** Of an engine on this host; `undefined`: it cannot be seen. */
export async function diskOf(path: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined; // another user's, or another machine's
  }
}

/** As the system calls what failed, wherever in the causes that is. */
export function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}
