import type { Readable } from 'node:stream';
import { messageOf, ProviderError } from '../../errors.js';
import type { LogOptions } from '../../provider/index.js';
import { type ChunkMaker, ChunkStream } from './chunk-stream.js';

/** The attempts of a container, as far as their logs go. */
export interface Attempts<Attempt> {
  open(attempt: Attempt, options: LogOptions, signal: AbortSignal): Promise<Readable>;
  /** Resolves with the one that begins after an attempt; with nothing when none will. */
  next(after: Attempt, signal: AbortSignal): Promise<Attempt | undefined>;
}

/** The followed logs of a container's attempts, one after the other, until none comes any more. `limitBytes` is of all of them. */
export function followAttempts<Attempt>(first: Attempt, attempts: Attempts<Attempt>, options: LogOptions): Readable {
  return new ChunkStream(new AttemptsFollow(first, attempts, options));
}

class AttemptsFollow<Attempt> implements ChunkMaker {
  private readonly leaving = new AbortController();
  private log: Readable | undefined;

  constructor(
    private readonly first: Attempt,
    private readonly attempts: Attempts<Attempt>,
    private readonly options: LogOptions,
  ) {}

  async *chunks(): AsyncGenerator<Buffer, void> {
    const { signal } = this.leaving;
    const { tailLines: _ofTheFirst, limitBytes = Infinity, ...options } = this.options;
    let told = 0;
    let attempt: Attempt | undefined = this.first;
    while (attempt !== undefined && told < limitBytes) {
      const left = Number.isFinite(limitBytes) && { limitBytes: limitBytes - told };
      this.log = await this.attempts.open(attempt, attempt === this.first ? this.options : { ...options, ...left }, signal);
      for await (const chunk of this.log as AsyncIterable<Buffer>) {
        told += chunk.length;
        yield chunk;
      }
      if (told < limitBytes) attempt = await this.attempts.next(attempt, signal);
    }
  }

  leave(): void {
    this.leaving.abort();
    this.log?.destroy();
  }

  toFailure(cause: unknown): Error {
    return cause instanceof ProviderError ? cause : new ProviderError('EngineUnavailable', `the log broke off: ${messageOf(cause)}`, { cause });
  }
}
