import { Readable } from 'node:stream';
import type { LogOptions } from '../provider/index.js';

const NEWLINE = 0x0a;
/** Of one container's log in memory; the oldest lines go first. */
const MOST_BYTES = 10 * 1024 * 1024;
/** What a line takes beside its text: a log of empty lines has its bound, too. */
const LINE_BYTES = 256;
/** A line goes on in another piece after this many bytes, as Docker has it. */
const LONGEST_PIECE = 16 * 1024;

/** A line, or a piece of one that is longer than `LONGEST_PIECE`. */
interface Line {
  /** When the line began. */
  readonly at: Date;
  readonly text: Buffer;
  /** Whether it is the beginning of its line. */
  readonly isStart: boolean;
}

/**
 * The log of one attempt of a container, in memory, with the arithmetic of every option: `since` first, then `tail`, then
 * timestamps, and `limitBytes` over what comes out, as a kubelet does.
 */
export class ContainerLog {
  /** By their place in the whole log, from `oldest` up to `end`. */
  private readonly lines = new Map<number, Line>();
  private oldest = 0;
  private end = 0;
  private bytes = 0;
  /** What has come of a piece that has not ended. */
  private begun: Line | undefined;
  /** When the line began that goes on after the last piece. */
  private lineAt: Date | undefined;
  private closed = false;
  private readonly readers = new Set<() => void>();

  /** Takes what the container has written by `at`. */
  write(data: Buffer | string, at: Date): void {
    let rest = typeof data === 'string' ? Buffer.from(data) : data;
    while (rest.length > 0) {
      const room = rest.subarray(0, LONGEST_PIECE - (this.begun?.text.length ?? 0));
      const end = room.indexOf(NEWLINE);
      const part = end < 0 ? room : room.subarray(0, end + 1);
      const piece = this.completed(part, at);
      if (end >= 0 || piece.text.length === LONGEST_PIECE) this.append(piece);
      else this.begun = piece;
      rest = rest.subarray(part.length);
    }
    this.tell();
  }

  /** Nothing more will come: who follows reads to the end. */
  close(): void {
    if (this.begun !== undefined) this.append(this.begun);
    this.closed = true;
    this.tell();
  }

  /** What `options` ask for; a follow lasts until `close`, or until `signal` fires. */
  read(options: LogOptions, signal: AbortSignal): Readable {
    return Readable.from(limited(this.chunks(options, signal), options.limitBytes), { objectMode: false });
  }

  private async *chunks({ since, tailLines, timestamps, follow }: LogOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
    const wanted = lastLines(this.shown().filter(({ at }) => since === undefined || at >= since), tailLines);
    let next = this.end;
    // A piece that is not complete goes on where this reader has it; with a stamp of its own it would be two lines.
    let had = wanted.at(-1) === this.begun ? (this.begun?.text.length ?? 0) : 0;
    for (const [index, line] of wanted.entries()) yield toBytes(line, timestamps && (line.isStart || index === 0));
    while (follow && !signal.aborted) {
      while (next < this.end) {
        if (next < this.oldest) [next, had] = [this.oldest, 0];
        const line = this.lines.get(next);
        next += 1;
        if (line !== undefined) yield had > 0 ? line.text.subarray(had) : toBytes(line, timestamps && line.isStart);
        had = 0;
      }
      if (this.closed || isAborted(signal)) return;
      await this.nextNews(signal);
    }
  }

  /** Lines, and the beginning of one. */
  private shown(): readonly Line[] {
    return [...this.lines.values(), ...(this.begun === undefined ? [] : [this.begun])];
  }

  private completed(text: Buffer, at: Date): Line {
    const { begun, lineAt } = this;
    this.begun = undefined;
    return begun === undefined ? { at: lineAt ?? at, text, isStart: lineAt === undefined } : { ...begun, text: Buffer.concat([begun.text, text]) };
  }

  private append(line: Line): void {
    this.begun = undefined;
    this.lineAt = line.text.at(-1) === NEWLINE ? undefined : line.at;
    this.lines.set(this.end, line);
    this.end += 1;
    this.bytes += sizeOf(line);
    for (let oldest = this.lines.get(this.oldest); oldest !== undefined && this.bytes > MOST_BYTES; oldest = this.lines.get(this.oldest)) {
      this.bytes -= sizeOf(oldest);
      this.lines.delete(this.oldest);
      this.oldest += 1;
    }
  }

  private tell(): void {
    for (const wake of [...this.readers]) wake();
  }

  /** Resolves when something has come, or `signal` fires; nothing of it stays. */
  private nextNews(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.readers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

function sizeOf({ text }: Line): number {
  return text.length + LINE_BYTES;
}

/** The last `count` lines, with all their pieces; a line whose beginning is gone is one as well. */
function lastLines(pieces: readonly Line[], count: number | undefined): readonly Line[] {
  if (count === undefined) return pieces;
  const starts = pieces.flatMap(({ isStart }, index) => (isStart || index === 0 ? [index] : []));
  return pieces.slice(starts.at(-count) ?? 0);
}

function toBytes({ at, text }: Line, stamped: boolean): Buffer {
  return stamped ? Buffer.concat([Buffer.from(`${at.toISOString()} `), text]) : text;
}

/** It may have come to be while a reader was away. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

async function* limited(chunks: AsyncIterable<Buffer>, limitBytes = Infinity): AsyncGenerator<Buffer> {
  let left = limitBytes;
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
