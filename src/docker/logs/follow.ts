import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineError } from '../../engine/index.js';
import type { LogOptions } from '../../provider/index.js';
import type { Bell } from './bell.js';
import type { ChunkMaker } from './chunk-stream.js';
import { confirmEnded } from './confirm-ended.js';
import { FollowUp } from './follow-up.js';
import type { LineWriter } from './line-writer.js';
import { type LoggedContainer, openSource } from './log-source.js';
import type { LogPlace } from './place.js';
import { type Reading, toLogFailure, toLogStream } from './to-log-stream.js';

/** Readings begin at least so far apart: a line that comes alone is told at once, many are told together. */
const CALM_MS = 100;
/**
 * Messages that a reading asks for to find the place where the one before ended: somewhat more than came the last time, then many
 * times as many. Beyond the most it goes by time, for which the engine looks through the whole log.
 */
export const FEWEST = 64;
const MOST = 262_144;
const MORE = 1.5;
const MANY_TIMES = 16;
/** How far apart the stamps of neighbours can be, generously. */
const OUT_OF_ORDER_MS = 250;

interface Beginning {
  /** Rings since before the first reading. */
  readonly bell: Bell;
  readonly first: Reading;
  /** Where the first reading ends, when it has. */
  readonly place: LogPlace;
  readonly writer: LineWriter;
}

/**
 * A log that is followed: one reading after the other, each whole however slowly it is taken, and each from where the one before
 * ended. What the engine's rotation took in between is said. Ends when the container has ended and all is told; fails when that
 * cannot be known.
 */
export class Follow implements ChunkMaker {
  private readonly leaving = new AbortController();
  private reading: Reading;
  private newMessages = 0;
  private readAt = performance.now();

  constructor(
    private readonly container: LoggedContainer,
    private readonly options: LogOptions,
    private readonly log: Beginning,
  ) {
    this.reading = log.first;
  }

  async *chunks(): AsyncGenerator<Buffer, void> {
    const { bell, first, writer } = this.log;
    yield* this.chunksOf(first);
    while (!writer.isFull) {
      const heard = await bell.heard();
      if (heard === 'ended') await confirmEnded(this.container.engine, this.container.id, this.leaving.signal);
      else await this.listenAgain();
      yield* this.readOn();
      if (heard === 'ended') break;
    }
    bell.remove();
  }

  leave(): void {
    this.leaving.abort();
    this.reading.destroy();
    this.log.bell.remove();
  }

  toFailure(cause: unknown): Error {
    return toLogFailure(this.container.id, cause);
  }

  /** Before the next reading, so that nothing falls in between. */
  private async listenAgain(): Promise<void> {
    const { signal } = this.leaving;
    const restMs = this.readAt + CALM_MS - performance.now();
    if (restMs > 0) await sleep(restMs, undefined, { signal });
    await this.log.bell.hangAgain(signal);
    this.readAt = performance.now();
  }

  /** What was written since the last reading. */
  private async *readOn(): AsyncGenerator<Buffer, void> {
    const { place, writer } = this.log;
    const { stamp } = place;
    const { since } = this.options;
    try {
      if (stamp === undefined) return yield* this.chunksOf(await this.open({ ...(since && { since }) }));
      for (let tail = Math.ceil(FEWEST + MORE * this.newMessages); tail <= MOST; tail *= MANY_TIMES) {
        const byTail = new FollowUp(place, writer);
        yield* this.chunksOf(await this.open({ tail }, byTail));
        this.newMessages = byTail.messages;
        if (byTail.isSettled) return;
      }
      const from = Date.parse(stamp) - OUT_OF_ORDER_MS;
      const bySince = new FollowUp(place, writer, from);
      yield* this.chunksOf(await this.open({ since: new Date(from) }, bySince));
      this.newMessages = bySince.messages;
    } catch (error) {
      // An engine that answers and has no log: the container is being removed.
      if (!isEngineError(error) || isEngineError(error, 'Unavailable', 'Aborted')) throw error;
    }
  }

  private async open(range: { tail?: number; since?: Date }, filter?: FollowUp): Promise<Reading> {
    const { place, writer } = this.log;
    const source = await openSource(this.container, { follow: false, timestamps: true, ...range }, this.leaving.signal);
    return toLogStream(this.container.id, source, { writer, ...(filter === undefined ? { place } : { filter }) });
  }

  private async *chunksOf(reading: Reading): AsyncGenerator<Buffer, void> {
    this.reading = reading;
    for await (const chunk of reading as AsyncIterable<Buffer>) yield chunk;
  }
}
