import type { IncomingMessage } from 'node:http';
import { type Connection, toEngineError } from './connection.js';
import { EngineError } from './errors.js';
import { jsonLines } from './json-lines.js';
import type { Slots } from './slots.js';
import type { Engine, ImageDetails, PullProgress } from './types.js';

/** Registries may think for long before the engine has anything to say. */
const FIRST_ANSWER_TIMEOUT_MS = 15 * 60_000;
const PROGRESS_INTERVAL_MS = 250;

/** Images. @see Docker Engine API, Image */
export function images(connection: Connection, calls: Slots, pulls: Slots): Pick<Engine, 'inspectImage' | 'pullImage' | 'importImage'> {
  return {
    async inspectImage(name: string, signal?: AbortSignal): Promise<ImageDetails> {
      const path = `/images/${encodeURIComponent(name)}/json`;
      const image = (await calls.run(() => connection.call({ method: 'GET', path, signal }), signal)) as InspectedImage;
      return { Id: image.Id, RepoTags: image.RepoTags ?? [], RepoDigests: image.RepoDigests ?? [], User: image.Config?.User ?? '', Labels: image.Config?.Labels ?? {} };
    },

    async pullImage(name: string, onProgress: PullProgress, signal?: AbortSignal): Promise<void> {
      await pulls.run(async () => {
        const query = toPullQuery(name);
        const answer = await connection.stream({ method: 'POST', path: '/images/create', query, signal, timeoutMs: FIRST_ANSWER_TIMEOUT_MS });
        await followProgress(answer, onProgress, signal);
      }, signal);
    },

    async importImage(name: string, tar: Buffer, changes: readonly string[], signal?: AbortSignal): Promise<void> {
      const { repository, tag } = splitTag(name);
      const query = { fromSrc: '-', repo: repository, tag: tag ?? 'latest', ...(changes.length > 0 && { changes: changes.join('\n') }) };
      const answer = await connection.stream({ method: 'POST', path: '/images/create', query, file: tar, signal });
      await followProgress(answer, () => undefined, signal);
    },
  };
}

interface InspectedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Config: { readonly User?: string; readonly Labels?: Readonly<Record<string, string>> | null } | null;
}

interface ProgressLine {
  readonly id?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Without a tag the engine would pull every tag there is. */
function toPullQuery(name: string): Record<string, string> {
  const { repository, tag } = splitTag(name);
  return name.includes('@') ? { fromImage: name } : { fromImage: repository, tag: tag ?? 'latest' };
}

/** A colon behind the last slash begins a tag; one before it, a port. */
function splitTag(name: string): { readonly repository: string; readonly tag?: string } {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon < 0 ? { repository: name } : { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** The answer's status says nothing: a failure comes as a line of the stream, a broken stream as none. */
async function followProgress(answer: IncomingMessage, onProgress: PullProgress, signal: AbortSignal | undefined): Promise<void> {
  let reportedAt = 0;
  let lines = 0;
  try {
    for await (const line of jsonLines(answer) as AsyncIterable<ProgressLine>) {
      lines++;
      const failure = line.errorDetail?.message ?? line.error;
      if (failure !== undefined) throw new EngineError('Failed', failure);
      if (line.status === undefined || Date.now() - reportedAt < PROGRESS_INTERVAL_MS) continue;
      reportedAt = Date.now();
      onProgress([line.id, line.status, line.progress].filter(Boolean).join(' '));
    }
  } catch (error) {
    throw toEngineError(error, signal?.aborted === true);
  }
  if (lines === 0) throw new EngineError('Unavailable', 'the engine ended the transfer of an image without a word');
}
