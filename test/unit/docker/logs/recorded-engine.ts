import { Readable } from 'node:stream';
import type { ContainerDetails, Engine, EngineState, LogQuery } from '../../../../src/engine/index.js';
import { EngineError } from '../../../../src/engine/index.js';

/** One message as the json-file driver keeps it: a line, or 16 KiB of one. */
export interface Message {
  readonly stream: 1 | 2;
  readonly stamp: string;
  readonly text: Buffer;
}

const MESSAGE_BYTES = 16_384;

export const stampAt = (nanos: number): string => `2026-01-01T00:00:00.${String(nanos).padStart(9, '0')}Z`;

/** What a program wrote at one moment, cut as the engine cuts it. */
export function written(text: string | Buffer, nanos: number, stream: 1 | 2 = 1): Message[] {
  const messages: Message[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const newline = rest.subarray(0, MESSAGE_BYTES).indexOf('\n');
    const size = newline >= 0 ? newline + 1 : Math.min(rest.length, MESSAGE_BYTES);
    messages.push({ stream, stamp: stampAt(nanos), text: rest.subarray(0, size) });
    rest = rest.subarray(size);
  }
  return messages;
}

export interface OpenedLog {
  readonly query: LogQuery;
  readonly stream: Readable;
}

export interface RecordedOptions {
  readonly tty?: boolean;
  /** The engine's bytes arrive in pieces of this size. */
  readonly chunkBytes?: number;
  /** Called before the nth reading (from 1) is answered: what is written meanwhile. */
  readonly beforeReading?: (n: number, engine: RecordedEngine) => void;
}

/** The log endpoint of an engine over messages in memory, as the real one was seen to behave. */
export class RecordedEngine implements Pick<Engine, 'containerLogs' | 'inspectContainer'> {
  readonly opened: OpenedLog[] = [];
  state: EngineState | 'gone' | 'away' = 'exited';
  private tellsNoMore = false;

  constructor(
    readonly messages: Message[],
    private readonly options: RecordedOptions = {},
  ) {}

  containerLogs(_id: string, query: LogQuery): Promise<Readable> {
    this.options.beforeReading?.(this.opened.length + 1, this);
    const newest = query.tail === undefined ? this.messages : this.messages.slice(Math.max(this.messages.length - query.tail, 0));
    const { since } = query;
    const wanted = since === undefined ? newest : newest.filter(({ stamp }) => new Date(stamp).getTime() >= since.getTime());
    const stream = new Readable({ read: () => undefined });
    this.opened.push({ query, stream });
    this.send(stream, query, wanted);
    if (!query.follow || this.tellsNoMore) stream.push(null);
    return Promise.resolve(stream);
  }

  inspectContainer(): Promise<ContainerDetails> {
    if (this.state === 'gone') return Promise.reject(new EngineError('NotFound', 'no such container'));
    if (this.state === 'away') return Promise.reject(new EngineError('Unavailable', 'no connection'));
    return Promise.resolve({ State: { Status: this.state } } as ContainerDetails);
  }

  /** The container writes: whoever follows gets it. */
  write(...messages: Message[]): void {
    this.messages.push(...messages);
    for (const { stream, query } of this.opened) if (query.follow && !stream.destroyed) this.send(stream, query, messages);
  }

  /** The container writes at its very end: the engine keeps it, but tells nobody who follows. */
  writeUnseen(...messages: Message[]): void {
    this.messages.push(...messages);
  }

  /** The engine ends every reading that is open, and that is opened later. */
  endReadings(): void {
    this.tellsNoMore = true;
    for (const { stream } of this.opened) if (!stream.destroyed) stream.push(null);
  }

  private send(stream: Readable, query: LogQuery, messages: readonly Message[]): void {
    const bytes = Buffer.concat(messages.map((message) => this.toBytes(message, query.timestamps)));
    const size = this.options.chunkBytes ?? 65_536;
    for (let at = 0; at < bytes.length; at += size) stream.push(bytes.subarray(at, at + size));
  }

  private toBytes({ stream, stamp, text }: Message, timestamps: boolean): Buffer {
    const body = timestamps ? Buffer.concat([Buffer.from(`${stamp} `), text]) : text;
    if (this.options.tty) return body;
    const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(body.length, 4);
    return Buffer.concat([header, body]);
  }
}
