import { Duplex } from 'node:stream';
import { demultiplex, type LogFrame, type RunningExec } from '../../engine/index.js';

const CONNECTED = 'connected\n';
/** More than the tool ever says. */
const MOST_WORDS = 1024;

/**
 * A TCP connection that the sandbox tool's `relay` makes somewhere else: what is written goes to the far end, what comes from there
 * is read. Destroying it closes both.
 */
export class RelayConnection extends Duplex {
  private readonly frames: Duplex;
  private words = '';
  private isConnected = false;
  private connect: () => void = () => undefined;
  private refuse: (why: string) => void = () => undefined;
  /** Resolves when the far end has taken the connection; rejects with the tool's own words. */
  readonly connected = new Promise<void>((resolve, reject) => {
    this.connect = resolve;
    this.refuse = (why) => reject(new Error(why));
  });

  constructor(private readonly exec: RunningExec) {
    super({ allowHalfOpen: true });
    this.connected.catch(() => undefined); // whoever waits for it is told
    this.frames = exec.stream.pipe(demultiplex());
    this.frames.on('data', (frame: LogFrame) => this.receive(frame)).once('end', () => this.finish());
    for (const source of [exec.stream, this.frames]) source.on('error', (error: Error) => this.destroy(error)).once('close', () => this.finish());
  }

  override _read(): void {
    this.frames.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.exec.stream.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.exec.stream.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.refuse('the connection was closed');
    this.exec.stream.destroy();
    done(error);
  }

  private receive({ stream, chunk }: LogFrame): void {
    if (stream === 'stdout') {
      if (!this.push(chunk)) this.frames.pause();
      return;
    }
    this.words = (this.words + chunk.toString()).slice(0, MOST_WORDS);
    if (this.isConnected || !this.words.startsWith(CONNECTED)) return;
    this.isConnected = true;
    this.connect();
  }

  private finish(): void {
    this.refuse(toWords(this.words));
    if (!this.readableEnded && !this.destroyed) this.push(null);
  }
}

/** As Go's net package says it. */
function toWords(words: string): string {
  if (words.includes('connection refused')) return 'connect: connection refused';
  if (words.includes('errno 113')) return 'connect: no route to host';
  return words.trim() === '' ? 'i/o timeout' : words.trim();
}
