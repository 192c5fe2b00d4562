import type { Readable } from 'node:stream';
import type { LogQuery } from '../../engine/index.js';
import type { LogOptions } from '../../provider/index.js';
import { Bell } from './bell.js';
import { ChunkStream } from './chunk-stream.js';
import { FEWEST, Follow } from './follow.js';
import { LineWriter } from './line-writer.js';
import { type LogEngine, type LoggedContainer, type LogSource, openSource } from './log-source.js';
import { EVERYTHING, NOTHING, type PieceFilter } from './piece-filter.js';
import { LogPlace } from './place.js';
import { TailGate } from './tail-gate.js';
import { type TailPlan, TailSurvey } from './tail-plan.js';
import { type Reading, toLogStream } from './to-log-stream.js';

/** Messages asked for in front of the wanted ones, for what is written between two readings; then all there are. */
const MARGINS: readonly number[] = [256, 65_536, Infinity];

/**
 * The log of one container attempt as a kubelet gives it: stdout and stderr in the engine's order, streamed with
 * back-pressure. `tailLines` counts lines, `since` is inclusive, `limitBytes` is exact (stamps included), a time stamp
 * stands once before each line. With `follow` it ends when the container has ended and all is sent, and fails when the
 * engine's stream ends or breaks before. Destroying it closes the connection. `options.previous` is the caller's matter.
 * @throws EngineError `NotFound` when the container is gone; the stream fails with ProviderError `EngineUnavailable`
 */
export async function openLog(
  engine: LogEngine,
  containerId: string,
  tty: boolean,
  options: LogOptions,
  signal?: AbortSignal,
): Promise<Readable> {
  const container: LoggedContainer = { engine, id: containerId, tty };
  const writer = new LineWriter(options.timestamps, options.limitBytes);
  if (!options.follow) return (await openReading(container, options, writer, signal)).stream;
  const bell = await Bell.hang(container, signal);
  try {
    const { stream: first, place } = await openReading(container, options, writer, signal);
    return new ChunkStream(new Follow(container, options, { bell, first, place, writer }));
  } catch (error) {
    bell.remove();
    throw error;
  }
}

interface PlacedReading {
  readonly stream: Reading;
  /** Where it ends. */
  readonly place: LogPlace;
}

async function openReading(container: LoggedContainer, options: LogOptions, writer: LineWriter, signal?: AbortSignal): Promise<PlacedReading> {
  const { tailLines, follow } = options;
  if (tailLines !== undefined && tailLines > 0) return openTail(container, tailLines, options, writer, signal);
  // What is followed needs stamps, to know its place again; without any line wanted, the newest ones show it.
  const query = { ...rangeOf(options), timestamps: options.timestamps || follow, ...(tailLines === 0 && { tail: follow ? FEWEST : 0 }) };
  return toReading(container, await openSource(container, query, signal), writer, tailLines === 0 ? NOTHING : EVERYTHING);
}

function toReading({ id }: LoggedContainer, source: LogSource, writer: LineWriter, filter: PieceFilter): PlacedReading {
  const place = new LogPlace();
  return { stream: toLogStream(id, source, { writer, filter, place }), place };
}

/** Of one reading: it gives what is there when it begins, all of it, also when that is rotated away meanwhile. */
function rangeOf({ since }: LogOptions): Omit<LogQuery, 'timestamps'> {
  return { follow: false, ...(since && { since }) };
}

async function openTail(container: LoggedContainer, lines: number, options: LogOptions, writer: LineWriter, signal?: AbortSignal): Promise<PlacedReading> {
  const plan = await survey(container, lines, options, signal);
  for (const margin of MARGINS) {
    const messages = (plan.messages ?? Infinity) + margin;
    const tail = Number.isFinite(messages) ? { tail: messages } : {};
    const source = await openSource(container, { ...rangeOf(options), timestamps: true, ...tail }, signal);
    const gate = new TailGate(plan, margin, options.follow);
    const reading = toReading(container, source, writer, gate);
    if (await isLocated(reading.stream, gate)) return reading;
    reading.stream.destroy();
  }
  // The place was rotated away meanwhile: the engine's own count is the nearest there is.
  const source = await openSource(container, { ...rangeOf(options), timestamps: true, tail: lines }, signal);
  return toReading(container, source, writer, EVERYTHING);
}

async function survey(container: LoggedContainer, lines: number, options: LogOptions, signal?: AbortSignal): Promise<TailPlan> {
  for (let asked = lines + 1; ; ) {
    const query = { ...rangeOf(options), timestamps: true, tail: asked };
    const { chunks, splitter } = await openSource(container, query, signal);
    const seen = new TailSurvey(lines, asked, !container.tty);
    for await (const chunk of chunks as AsyncIterable<Buffer>) for (const piece of splitter.split(chunk)) seen.add(piece);
    for (const piece of splitter.flush()) seen.add(piece);
    const plan = seen.conclude();
    if (!('askFor' in plan)) return plan;
    asked = plan.askFor;
  }
}

/** Reads until the gate knows. Rejects when the reading fails before. */
function isLocated(stream: Readable, gate: TailGate): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(stream.errored ?? new Error('the log closed'));
    stream.once('close', onClose);
    void gate.settled.then((isFound) => {
      stream.off('close', onClose);
      resolve(isFound);
    });
    stream.read(0);
  });
}
