import type { IncomingMessage } from 'node:http';
import { type Connection, toEngineError } from './connection.js';
import { EngineError, isEngineError } from './errors.js';
import type { ImageDetails, ImageSummary, OnPullLine, PullRequest } from './image-types.js';
import { jsonLines } from './json-lines.js';
import { toRegistryAuth } from './registry-auth.js';
import type { Slots } from './slots.js';
import type { Engine } from './types.js';

/** Registries may think for long before the engine has anything to say. */
const FIRST_ANSWER_TIMEOUT_MS = 15 * 60_000;

/** Images. Pulls are not bounded here: whoever asks for them does it. @see Docker Engine API, Image */
export function images(connection: Connection, calls: Slots): Pick<Engine, 'inspectImage' | 'listImages' | 'tagImage' | 'removeImage' | 'pullImage' | 'importImage'> {
  return {
    async inspectImage(name: string, signal?: AbortSignal): Promise<ImageDetails> {
      const path = `/images/${encodeURIComponent(name)}/json`;
      return toDetails((await calls.run(() => connection.call({ method: 'GET', path, signal }), signal)) as InspectedImage);
    },

    async listImages(signal?: AbortSignal): Promise<readonly ImageSummary[]> {
      const rows = (await calls.run(() => connection.call({ method: 'GET', path: '/images/json', signal }), signal)) as readonly ListedImage[];
      return rows.map(({ Id, RepoTags, RepoDigests }) => ({ Id, RepoTags: realNames(RepoTags), RepoDigests: realNames(RepoDigests) }));
    },

    async tagImage(image: string, repository: string, tag: string, signal?: AbortSignal): Promise<void> {
      const request = { method: 'POST', path: `/images/${encodeURIComponent(image)}/tag`, query: { repo: repository, tag }, signal } as const;
      await calls.run(() => connection.call(request), signal);
    },

    async removeImage(image: string, signal?: AbortSignal): Promise<void> {
      try {
        await calls.run(() => connection.call({ method: 'DELETE', path: `/images/${encodeURIComponent(image)}`, signal }), signal);
      } catch (error) {
        if (!isEngineError(error, 'NotFound')) throw error;
      }
    },

    async pullImage({ name, platform, login }: PullRequest, onLine: OnPullLine, signal?: AbortSignal): Promise<void> {
      const query = { ...toPullQuery(name), ...(platform !== undefined && { platform }) };
      const registryAuth = login && toRegistryAuth(login);
      const answer = await connection.stream({ method: 'POST', path: '/images/create', query, registryAuth, signal, timeoutMs: FIRST_ANSWER_TIMEOUT_MS });
      await followProgress(answer, onLine, signal);
    },

    async importImage(name: string, tar: Buffer, changes: readonly string[], signal?: AbortSignal): Promise<void> {
      const { repository, tag } = splitTag(name);
      const query = { fromSrc: '-', repo: repository, tag: tag ?? 'latest', ...(changes.length > 0 && { changes: changes.join('\n') }) };
      const answer = await connection.stream({ method: 'POST', path: '/images/create', query, file: tar, signal, isSteady: true });
      await followProgress(answer, () => undefined, signal);
    },
  };
}

interface ListedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
}

/** Old engines write `<none>` where there is no name. */
export function realNames(names: readonly string[] | null): readonly string[] {
  return (names ?? []).filter((name) => !name.includes('<none>'));
}

interface InspectedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Config: { readonly User?: string; readonly Labels?: Readonly<Record<string, string>> | null } | null;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Size?: number;
  readonly Metadata?: { readonly LastTagTime?: string } | null;
}

interface ProgressLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number } | null;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

function toDetails({ Id, RepoTags, RepoDigests, Config, Os, Architecture, Size, Metadata }: InspectedImage): ImageDetails {
  const taggedAt = Metadata?.LastTagTime ?? '';
  return {
    Id,
    RepoTags: RepoTags ?? [],
    RepoDigests: RepoDigests ?? [],
    User: Config?.User ?? '',
    Labels: Config?.Labels ?? {},
    Os: Os ?? '',
    Architecture: Architecture ?? '',
    Size: Size ?? 0,
    // The year 1 is never.
    ...(taggedAt !== '' && !taggedAt.startsWith('0001-') && { LastTagTime: taggedAt }),
  };
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
async function followProgress(answer: IncomingMessage, onLine: OnPullLine, signal: AbortSignal | undefined): Promise<void> {
  let lines = 0;
  try {
    for await (const { id, status, progressDetail, error, errorDetail } of jsonLines(answer) as AsyncIterable<ProgressLine>) {
      lines++;
      const failure = errorDetail?.message ?? error;
      if (failure !== undefined) throw new EngineError('Failed', failure);
      if (status === undefined) continue;
      const { current, total } = progressDetail ?? {};
      onLine({ status, ...(id !== undefined && { id }), ...(current !== undefined && { current }), ...(total !== undefined && { total }) });
    }
  } catch (error) {
    throw toEngineError(error, signal?.aborted === true);
  }
  if (lines === 0) throw new EngineError('Unavailable', 'the engine ended the transfer of an image without a word');
}
