import { posix } from 'node:path';
import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { type BatchRooms, emptyFile, FILES_A_BATCH, inDoor, isThere, makeBatch, removeUnusedBatches, throughDoor } from './message-batch.js';
import { readEndOf } from './read-end.js';

/** One file of an engine volume, which no container has had before. */
export interface MessageFile {
  /** Name of the volume. */
  readonly volume: string;
  /** Name in it. */
  readonly file: string;
  /** Path on the engine's host, to be bound. */
  readonly path: string;
}

interface Batch {
  readonly name: string;
  readonly path: string;
  next: number;
  /** Files that were given out and of whose container nobody knows yet. */
  pending: number;
}

/** When so much of a batch is used, the next one is made. */
const NEARLY_USED = (FILES_A_BATCH * 3) / 4;
/** Beyond this nothing is read, in bytes: the engine sends a file from its beginning, and the message is its end. */
const LONGEST_FILE = 16 * 1024 * 1024;
/** What is larger gives its space back as soon as it is read. */
const SMALL_FILE = 64 * 1024;

/**
 * Empty files for containers' last words. A dead container's /dev is gone, so the file must be one of the engine's, bound into
 * the container. They are made many at a time, because an archive is dear on old engines, and none is ever used twice: a batch
 * goes as a whole when no container has a file of it.
 */
export class MessageFiles {
  private readonly batches = new Map<string, Batch>();
  private current: Promise<Batch> | undefined;
  private following: Promise<Batch> | undefined;

  constructor(private readonly rooms: BatchRooms & { readonly logger: Logger }) {}

  /** Has the first files made, so that the first container does not wait for them. What fails is tried again with it. */
  prepare(): void {
    this.ensureCurrent().catch(() => undefined);
  }

  /** Resolves when no files are being made. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.current, this.following]);
  }

  /**
   * Makes something with a file; once more with another one, where what was to be made was refused as the file is gone. Without
   * one where the engine makes none: a pod runs without its last words.
   */
  async use<T>(make: (file: MessageFile | undefined) => Promise<T>): Promise<T> {
    const taken = await this.takeWherePossible();
    if (taken === undefined) return make(undefined);
    const { batch, file } = taken;
    batch.pending++;
    try {
      return await make(file);
    } catch (error) {
      if (!isEngineError(error, 'BadRequest') || (await isThere(this.rooms.engine.inspectVolume(batch.name)))) throw error;
      this.forget(batch);
    } finally {
      batch.pending--;
    }
    return make((await this.takeWherePossible())?.file);
  }

  /**
   * The last bytes of a file, at most `length`; empty where nothing was written, or the file is gone.
   * @throws Error when there is too much of it; EngineError
   */
  async read(volume: string, file: string, length: number): Promise<Buffer> {
    const { engine } = this.rooms;
    try {
      const { kind, size } = await throughDoor(volume, this.rooms, (doorId) => engine.statPath(doorId, inDoor(file)));
      if (kind !== 'file' || size === 0) return Buffer.alloc(0);
      if (size > LONGEST_FILE) throw new Error(`it is longer than ${LONGEST_FILE} bytes`);
      const end = await readEndOf(await engine.getArchive(volume, inDoor(file)), length);
      if (size > SMALL_FILE) await emptyFile(volume, file, this.rooms);
      return end;
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return Buffer.alloc(0);
      throw error;
    }
  }

  /** Removes batches that nothing needs any more, those of a plugin before this one among them. */
  async removeUnused(): Promise<void> {
    const toCome = await Promise.allSettled([this.current, this.following]);
    const wanted = toCome.flatMap((made) => (made.status === 'fulfilled' && made.value !== undefined ? [made.value] : []));
    const pending = [...this.batches.values()].filter((batch) => batch.pending > 0);
    const kept = new Set([...wanted, ...pending].map(({ name }) => name));
    await removeUnusedBatches(kept, this.rooms);
    for (const name of this.batches.keys()) if (!kept.has(name)) this.batches.delete(name);
  }

  /** Removes what no container has, also what the next one would have: nobody makes one here any more. */
  async leave(): Promise<void> {
    await this.settled();
    await removeUnusedBatches(new Set([...this.batches.values()].filter((batch) => batch.pending > 0).map(({ name }) => name)), this.rooms);
  }

  private async takeWherePossible(): Promise<{ batch: Batch; file: MessageFile } | undefined> {
    try {
      return await this.take();
    } catch (error) {
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      this.rooms.logger.warn('no files for the last words of containers can be made', { reason: messageOf(error) });
      return undefined;
    }
  }

  private async take(): Promise<{ batch: Batch; file: MessageFile }> {
    for (;;) {
      const making = this.ensureCurrent();
      const batch = await making;
      if (batch.next === NEARLY_USED) this.following ??= this.make();
      if (batch.next < FILES_A_BATCH) {
        const file = String(batch.next++);
        return { batch, file: { volume: batch.name, file, path: posix.join(batch.path, file) } };
      }
      if (this.current === making) this.goOn();
    }
  }

  private goOn(): void {
    this.current = this.following;
    this.following = undefined;
  }

  private ensureCurrent(): Promise<Batch> {
    this.current ??= this.make();
    return this.current;
  }

  private make(): Promise<Batch> {
    const making = makeBatch(this.rooms).then((made) => {
      const batch = { ...made, next: 0, pending: 0 };
      this.batches.set(batch.name, batch);
      return batch;
    });
    making.catch(() => {
      if (this.current === making) this.current = undefined;
      if (this.following === making) this.following = undefined;
    });
    return making;
  }

  /** Its volume is gone. */
  private forget(batch: Batch): void {
    this.batches.delete(batch.name);
    batch.next = FILES_A_BATCH;
  }
}
