import { Readable, pipeline } from 'node:stream';
import { demultiplex, type LogFrame } from '../../../src/engine/index.js';
import { Random } from '../../support/random.js';

/** As the engine frames it: stream number, three zeros, length, text. */
function framed(stream: number, text: string | Buffer): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

const FRAMES: readonly LogFrame[] = [
  { stream: 'stdout', chunk: Buffer.from('plain\n') },
  { stream: 'stderr', chunk: Buffer.from('Fehler: äöü €\n') },
  { stream: 'stdout', chunk: Buffer.alloc(0) },
  { stream: 'stdout', chunk: Buffer.from([1, 0, 0, 0, 0, 0, 0, 5, 0xff]) },
  { stream: 'stderr', chunk: Buffer.alloc(70_000, 'x') },
  { stream: 'stdout', chunk: Buffer.from('no newline') },
];
const BYTES = Buffer.concat(FRAMES.map(({ stream, chunk }) => framed(stream === 'stderr' ? 2 : 1, chunk)));

async function framesOf(chunks: readonly Buffer[]): Promise<LogFrame[]> {
  const frames: LogFrame[] = [];
  const out = pipeline(Readable.from(chunks, { objectMode: false }), demultiplex(), () => undefined);
  for await (const frame of out as AsyncIterable<LogFrame>) frames.push(frame);
  return frames;
}

function splitAt(bytes: Buffer, borders: readonly number[]): Buffer[] {
  const sorted = [0, ...[...new Set(borders)].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

test('a log in one chunk comes apart into its frames', async () => {
  expect(await framesOf([BYTES])).toEqual(FRAMES);
});

test('a log in chunks of one byte does as well', async () => {
  const short = FRAMES.filter(({ chunk }) => chunk.length < 100);
  const bytes = Buffer.concat(short.map(({ stream, chunk }) => framed(stream === 'stderr' ? 2 : 1, chunk)));
  expect(await framesOf(splitAt(bytes, Array.from({ length: bytes.length }, (_, at) => at)))).toEqual(short);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed))('and with borders anywhere (seed %i)', async (seed) => {
  const random = new Random(seed);
  // Half of the borders where headers are, so that those are cut too.
  const borders = Array.from({ length: 1 + random.whole(30) }, () => random.whole(random.chance(0.5) ? 120 : BYTES.length));
  expect(await framesOf(splitAt(BYTES, borders))).toEqual(FRAMES);
});

test('an empty log is empty', async () => {
  expect(await framesOf([])).toEqual([]);
});

test('a log that ends within a frame fails, wherever that is', async () => {
  const cut = framed(2, 'cut off\n');
  for (let length = 1; length < cut.length; length++) {
    await expect(framesOf([framed(1, 'whole\n'), cut.subarray(0, length)])).rejects.toThrow(`within a frame, ${length} bytes`);
  }
});

test('nobody reading holds the writer back', async () => {
  const transform = demultiplex();
  const chunk = framed(1, Buffer.alloc(16_384, 'x'));
  let isDrained = true;
  let written = 0;
  while (isDrained && written < 10_000) {
    written++;
    isDrained = transform.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeLessThan(10_000);
  transform.end();
  let seen = 0;
  for await (const frame of transform as AsyncIterable<LogFrame>) seen += frame.chunk.length;
  expect(seen).toBe(written * 16_384);
});
