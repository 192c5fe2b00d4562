import { Readable } from 'node:stream';
import type { LogOptions } from '../provider/index.js';

const NEWLINE = 0x0a;
/** Of one container's log in memory; the oldest lines go first. */
const MOST_BYTES = 10 * 1024 * 1024;

interface Line {
  readonly at: Date;
  readonly text: Buffer;
}

/**
 * The log of one attempt of a container, in memory, with the arithmetic of every option: `since` first, then `tail`, then
 * timestamps, and `limitBytes` over what comes out, as a kubelet does.
 */
export class ContainerLog {
  private lines: Line[] = [];
  /** How many lines have been dropped, so that a reader's place stays its place. */
  private dropped = 0;
  private bytes = 0;
  /** The beginning of a line that has not ended, and when it came. */
  private begun: Line | undefined;
  private closed = false;
  private news = Promise.withResolvers<void>();

  /** Takes what the container has written by `at`. */
  write(data: Buffer | string, at: Date): void {
    let rest = typeof data === 'string' ? Buffer.from(data) : data;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.append(this.completed(rest.subarray(0, end + 1), at));
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.begun = this.completed(rest, at);
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
    const wanted = this.shown().filter(({ at }) => since === undefined || at >= since);
    const left = fired(signal);
    let next = this.dropped + this.lines.length;
    // A line that is not complete goes on where this reader has it; with a stamp of its own it would be two lines.
    let unfinished = wanted.at(-1) === this.begun ? (this.begun?.text.length ?? 0) : 0;
    for (const line of wanted.slice(tailLines === undefined ? 0 : -tailLines)) yield toBytes(line, timestamps);
    while (follow && !signal.aborted) {
      const { news } = this;
      while (next < this.dropped + this.lines.length) {
        next = Math.max(next, this.dropped);
        const line = this.lines[next - this.dropped];
        next += 1;
        if (line !== undefined) yield unfinished > 0 ? line.text.subarray(unfinished) : toBytes(line, timestamps);
        unfinished = 0;
      }
      if (this.closed) return;
      await Promise.race([news.promise, left]);
    }
  }

  /** Lines, and the beginning of one. */
  private shown(): readonly Line[] {
    return this.begun === undefined ? this.lines : [...this.lines, this.begun];
  }

  private completed(text: Buffer, at: Date): Line {
    const { begun } = this;
    this.begun = undefined;
    return begun === undefined ? { at, text } : { at: begun.at, text: Buffer.concat([begun.text, text]) };
  }

  private append(line: Line): void {
    this.begun = undefined;
    this.lines.push(line);
    this.bytes += line.text.length;
    while (this.bytes > MOST_BYTES && this.lines.length > 1) {
      this.bytes -= this.lines.shift()?.text.length ?? 0;
      this.dropped += 1;
    }
  }

  private tell(): void {
    this.news.resolve();
    this.news = Promise.withResolvers<void>();
  }
}

function toBytes({ at, text }: Line, timestamps: boolean): Buffer {
  return timestamps ? Buffer.concat([Buffer.from(`${at.toISOString()} `), text]) : text;
}

async function* limited(chunks: AsyncIterable<Buffer>, limitBytes = Infinity): AsyncGenerator<Buffer> {
  let left = limitBytes;
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}
