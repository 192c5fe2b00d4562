/** Streams of the engine's: frames of logs and lines of JSON, cut anywhere, damaged, or never ending. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { FrameSplitter, type LogFrame } from '../../src/engine/demultiplex.js';
import { jsonLines } from '../../src/engine/json-lines.js';
import { catches, fuzz } from './fuzz.js';

interface Frames {
  readonly frames: readonly { readonly stream: number; readonly text: string }[];
  /** Where the bytes are cut into chunks, and what of the end is missing. */
  readonly cuts: readonly number[];
  readonly missing: number;
}

function frame({ stream, text }: Frames['frames'][number]): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** The same frames whatever the chunks; an end within a frame is told. */
function splits(splitAll: (chunks: readonly Buffer[]) => { readonly frames: readonly LogFrame[]; readonly failed: boolean }): (input: Frames) => void {
  return ({ frames, cuts, missing }) => {
    const whole = Buffer.concat(frames.map(frame));
    const bytes = whole.subarray(0, whole.length - Math.min(missing, whole.length));
    const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1).map(frame)).length);
    const expected = frames.filter((_, index) => (ends[index] ?? 0) <= bytes.length).map(({ stream, text }) => `${stream === 2 ? 'stderr' : 'stdout'} ${text}`);
    const { frames: read, failed } = splitAll(chunksOf(bytes, cuts));
    const texts = read.map(({ stream, chunk }) => `${stream} ${chunk.toString()}`);
    if (JSON.stringify(texts) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(texts)}, not ${JSON.stringify(expected)}`);
    if (failed === (bytes.length === 0 || ends.includes(bytes.length))) throw new Error(failed ? 'a whole log failed' : 'a torn log did not fail');
  };
}

function read(chunks: readonly Buffer[]): { readonly frames: readonly LogFrame[]; readonly failed: boolean } {
  const splitter = new FrameSplitter();
  const frames = chunks.flatMap((chunk) => splitter.split(chunk));
  try {
    splitter.end();
    return { frames, failed: false };
  } catch {
    return { frames, failed: true };
  }
}

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('', '\n', 'x'.repeat(300)));
const logs = {
  name: 'log frames',
  input: fc.record({ frames: fc.array(fc.record({ stream: fc.constantFrom(0, 1, 2, 3, 255), text }), { maxLength: 6 }), cuts: fc.array(fc.nat(1000), { maxLength: 6 }), missing: fc.oneof(fc.constant(0), fc.nat(20)) }),
  runs: 2000,
  check: splits(read),
  outcome: 'the same frames whatever the chunks; a torn end fails',
};
fuzz<Frames>(logs);
catches<Frames>(logs, 'a reader that takes each chunk for itself', splits((chunks) => ({ frames: chunks.flatMap((chunk) => new FrameSplitter().split(chunk)), failed: false })));
catches<Frames>(logs, 'a reader that takes a torn end for the end', splits((chunks) => ({ ...read(chunks), failed: false })));

interface Lines {
  readonly values: readonly unknown[];
  readonly cuts: readonly number[];
  /** Behind the last whole line. */
  readonly rest: string;
}

/** The same objects whatever the chunks; what is no JSON ends the stream with a SyntaxError, after all that came before it. */
function readsLines(readAll: (stream: Readable) => AsyncIterable<unknown>): (input: Lines) => Promise<void> {
  return async ({ values, cuts, rest }) => {
    const lines = values.map((value) => JSON.stringify(value));
    const tail = rest.replaceAll('\n', '');
    const seen: string[] = [];
    let failed = false;
    try {
      for await (const value of readAll(Readable.from(chunksOf(Buffer.from(lines.map((line) => `${line}\n`).join('') + tail), cuts)))) seen.push(JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      failed = true;
    }
    const tailValue = valueOf(tail, values.length === 0);
    if (failed !== (tailValue === 'broken')) throw new Error(failed ? 'whole lines failed' : 'garbage was taken for the end');
    const expected = tailValue === undefined || tailValue === 'broken' ? lines : [...lines, tailValue];
    if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
  };
}

/** What stands behind the last newline: nothing, a value as JSON, or garbage. */
function valueOf(tail: string, isStart: boolean): string | undefined {
  const decoded = new TextDecoder('utf-8', { ignoreBOM: !isStart }).decode(Buffer.from(tail));
  if (decoded.trim() === '') return undefined;
  try {
    return JSON.stringify(JSON.parse(decoded));
  } catch {
    return 'broken';
  }
}

const lines = {
  name: 'lines of JSON',
  input: fc.record({ values: fc.array(fc.jsonValue(), { maxLength: 5 }), cuts: fc.array(fc.nat(1000), { maxLength: 8 }), rest: fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme' }), fc.json()) }),
  runs: 1000,
  check: readsLines(jsonLines),
  outcome: 'the same objects whatever the chunks; garbage is told',
  nasty: [{ values: [], cuts: [], rest: '['.repeat(1e6) }],
};
fuzz<Lines>(lines);
catches<Lines>(lines, 'a reader that decodes each chunk for itself', readsLines(async function* (stream) {
  let all = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) all += chunk.toString('utf8');
  for (const line of all.split('\n')) if (line.trim() !== '') yield JSON.parse(line);
}));
