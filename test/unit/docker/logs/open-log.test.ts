import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { openLog } from '../../../../src/docker/logs/index.js';
import { EngineError, type EngineErrorTag } from '../../../../src/engine/index.js';
import type { LogOptions } from '../../../../src/provider/index.js';
import { eventually } from '../../../support/eventually.js';
import { type Message, RecordedEngine, stampAt, written } from './recorded-engine.js';

const PLAIN: LogOptions = { timestamps: false, follow: false, previous: false };
const LONG = 'x'.repeat(40_000);

/** Long lines, empty lines, NULs, bytes that are no UTF-8, lines of exactly a message, a last line without newline. */
const LOG: Message[] = [
  ...written('first\n', 1),
  ...written(`${LONG}\n`, 2_000_000),
  ...written('\n', 3_000_000),
  ...written('to stderr\n', 4_000_000, 2),
  ...written(Buffer.from([0, 1, 0xff, 0xfe, 0x0a]), 5_000_000),
  ...written(`${'y'.repeat(16_384)}\n`, 6_000_000, 2),
  ...written(`${stampAt(7_000_000)} a stamp in the text\n`, 8_000_000),
  ...written(`${LONG}${LONG}\n`, 9_000_000),
  ...written('unfinished', 10_000_000),
];

interface Line {
  readonly stamp: string;
  readonly text: Buffer;
}

/** What a reader should see, computed the simple way. */
function expected(messages: readonly Message[], options: { [K in keyof LogOptions]?: LogOptions[K] | undefined }): Buffer {
  const lines: Line[] = [];
  for (const { stamp, text } of messages) {
    const last = lines.at(-1);
    if (last === undefined || last.text.at(-1) === 0x0a) lines.push({ stamp, text });
    else lines[lines.length - 1] = { stamp: last.stamp, text: Buffer.concat([last.text, text]) };
  }
  const { since, tailLines = lines.length, timestamps, limitBytes } = options;
  const recent = lines.filter(({ stamp }) => since === undefined || new Date(stamp) >= since);
  const newest = recent.slice(Math.max(recent.length - tailLines, 0));
  const bytes = Buffer.concat(newest.flatMap(({ stamp, text }) => (timestamps ? [Buffer.from(`${stamp} `), text] : [text])));
  return bytes.subarray(0, limitBytes ?? bytes.length);
}

const open = (engine: RecordedEngine, options: Partial<LogOptions>, tty = false): Promise<Readable> => openLog(engine, 'c', tty, { ...PLAIN, ...options });
const read = async (engine: RecordedEngine, options: Partial<LogOptions>, tty = false): Promise<Buffer> => buffer(await open(engine, options, tty));
/** A readable form, so that a difference of megabytes does not fill the screen. */
function brief(bytes: Buffer): string {
  const parts: string[] = [];
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    while (bytes[end] === bytes[at] && end < bytes.length) end++;
    const run = bytes.toString('latin1', at, end);
    parts.push(run.length > 50 ? `<${run.length} ${run[0]}>` : run);
  }
  return parts.join('');
}

const OPTIONS: readonly Partial<LogOptions>[] = [
  {},
  { timestamps: true },
  ...[1, 2, 3, 4, 5, 8, 9, 10, 1000].flatMap((tailLines) => [{ tailLines }, { tailLines, timestamps: true }]),
  { since: new Date('2026-01-01T00:00:00.004Z') },
  { since: new Date('2026-01-01T00:00:00.009Z'), timestamps: true },
  { since: new Date('2026-01-01T00:00:00.011Z') },
  { since: new Date('2026-01-01T00:00:00.004Z'), tailLines: 2, timestamps: true },
  { since: new Date('2026-01-01T00:00:00.008Z'), tailLines: 5 },
  ...[0, 1, 6, 7, 16_391, 40_007].flatMap((limitBytes) => [{ limitBytes }, { limitBytes, timestamps: true }]),
  { limitBytes: 30, tailLines: 3, timestamps: true },
  { tailLines: 0 },
];

describe.each([{ tty: false }, { tty: true }])('a log, tty: $tty', ({ tty }) => {
  test.each(OPTIONS)('is exact with %j, however its bytes arrive', async (options) => {
    for (const chunkBytes of [997, 16_384, 1_000_000]) {
      const engine = new RecordedEngine(LOG, { tty, chunkBytes });
      expect(brief(await read(engine, options, tty))).toBe(brief(expected(LOG, options)));
      expect(engine.opened.every(({ stream }) => stream.destroyed)).toBe(true);
    }
  });

  test.each([{ timestamps: true }, { tailLines: 2, timestamps: true }])('is exact with %j when it arrives byte by byte', async (options) => {
    const short = LOG.filter(({ text }) => text.length < 100);
    const log = [...short.slice(0, -1), ...written(`${'z'.repeat(17_000)}\n`, 9_500_000), ...short.slice(-1)];
    expect(brief(await read(new RecordedEngine(log, { tty, chunkBytes: 1 }), options, tty))).toBe(brief(expected(log, options)));
  });

  test('an empty log is empty', async () => {
    for (const options of OPTIONS) expect(await read(new RecordedEngine([], { tty }), options, tty)).toHaveLength(0);
  });

  test('follow with tail begins at the right line and goes on', async () => {
    for (const tailLines of [0, 1, 2, 3, 9, 20]) {
      const engine = new RecordedEngine(LOG.slice(0, -1), { tty, chunkBytes: 999 });
      const before = [...engine.messages];
      const log = await open(engine, { tailLines, follow: true, timestamps: true }, tty);
      engine.write(...written('more\n', 12_000_000));
      engine.endReadings();
      const tail = tailLines === 0 ? [] : [expected(before, { tailLines, timestamps: true })];
      expect(brief(await buffer(log))).toBe(brief(Buffer.concat([...tail, Buffer.from(`${stampAt(12_000_000)} more\n`)])));
    }
  });
});

test('json-file makes three bytes of one that is no UTF-8: a terminal\'s repeated stamp is still found', async () => {
  const half: Message = { stream: 1, stamp: stampAt(5), text: Buffer.from('\ufffd'.repeat(9_000)) };
  const messages = [half, half, { ...half, text: Buffer.from('end\n') }, ...written('next\n', 6)];
  const log = await read(new RecordedEngine(messages, { tty: true, chunkBytes: 1000 }), { timestamps: true }, true);
  expect(log.equals(expected(messages, { timestamps: true }))).toBe(true);
});

describe('tail while the container writes', () => {
  const lines = (from: number, to: number): Message[] => Array.from({ length: to - from }, (_, i) => written(`line ${from + i}\n`, 1000 + from + i)).flat();

  test.each([3, 300, 100_000])('%d lines written between the readings change nothing of what is asked for', async (count) => {
    const beforeReading = (n: number, engine: RecordedEngine): void => {
      if (n > 1) engine.messages.push(...lines(engine.messages.length, engine.messages.length + count));
    };
    const engine = new RecordedEngine(lines(0, 1000), { beforeReading });
    expect((await read(engine, { tailLines: 2 })).toString()).toBe('line 998\nline 999\n');
  });

  test('a follow misses and repeats nothing', async () => {
    const beforeReading = (n: number, engine: RecordedEngine): void => {
      if (n === 3) engine.messages.push(...lines(1000, 1400));
    };
    const engine = new RecordedEngine(lines(0, 1000), { beforeReading });
    const log = await open(engine, { tailLines: 2, follow: true });
    engine.write(...lines(1400, 1402));
    engine.endReadings();
    expect(await buffer(log)).toEqual(Buffer.concat(lines(998, 1402).map(({ text }) => text)));
  });

  test('a place that was rotated away falls back to the engine\'s own count', async () => {
    const beforeReading = (n: number, engine: RecordedEngine): void => {
      if (n === 2) engine.messages.splice(0, Infinity, ...lines(5000, 5010));
    };
    const engine = new RecordedEngine(lines(0, 1000), { beforeReading });
    expect((await read(engine, { tailLines: 2 })).toString()).toBe('line 5008\nline 5009\n');
  });
});

test('one stamp a line, also where the other stream writes into an unfinished one', async () => {
  const [begun, ...rest] = written(`${LONG}\n`, 1);
  if (begun === undefined) throw new Error('there is a first message');
  const engine = new RecordedEngine([begun, ...written('err\n', 2, 2), ...rest]);
  const log = (await read(engine, { timestamps: true })).toString();
  expect(log.split('\n').map((line) => line.slice(0, 31))).toEqual([`${stampAt(1)} `, `${stampAt(1)} `, '']);
});

describe('follow', () => {
  let engine: RecordedEngine;
  beforeEach(() => {
    engine = new RecordedEngine(written('begun\n', 1));
    engine.state = 'running';
  });
  const follow = (more: Partial<LogOptions> = {}): Promise<Readable> => open(engine, { follow: true, ...more });

  test.each<RecordedEngine['state']>(['exited', 'dead', 'gone', 'created'])('ends when the container is %s and all is sent', async (state) => {
    const log = await follow();
    engine.write(...written('last\n', 2));
    engine.state = state;
    engine.endReadings();
    expect((await buffer(log)).toString()).toBe('begun\nlast\n');
  });

  test.each<EngineErrorTag>(['NotFound', 'Conflict'])('ends when the container is removed just when it is listened to again (%s)', async (tag) => {
    const [BELL, FIRST_READING] = [1, 2];
    const removed = new RecordedEngine(written('begun\n', 1), {
      beforeReading: (n) => {
        if (n <= FIRST_READING) return;
        removed.state = 'removing';
        throw new EngineError(tag, 'can not get logs from container which is dead or marked for removal');
      },
    });
    removed.state = 'running';
    const log = await open(removed, { follow: true });
    expect(removed.opened).toHaveLength(FIRST_READING);
    removed.opened[BELL - 1]?.stream.push('rung');
    expect((await buffer(log)).toString()).toBe('begun\n');
  });

  test('gives each line as it comes', async () => {
    const log = await follow();
    for (const line of ['one\n', 'two\n']) {
      await once(log, 'data');
      engine.write(...written(line, 2));
    }
    const [chunk] = (await once(log, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('two\n');
    log.destroy();
  });

  test.each<[string, Partial<LogOptions>]>([
    ['from the beginning', {}],
    ['from the tail', { tailLines: 1 }],
  ])('a reader who leaves a silent container closes the engine\'s stream (%s)', async (_name, more) => {
    const log = await follow(more);
    await once(log, 'data');
    log.destroy();
    await eventually(() => engine.opened.every(({ stream }) => stream.destroyed));
  });

  test('fails when the connection breaks, after what came before', async () => {
    const log = await follow();
    await once(log, 'data');
    engine.opened[0]?.stream.destroy(new Error('socket hang up'));
    await expect(once(log, 'end')).rejects.toMatchObject({ kind: 'EngineUnavailable', message: expect.stringContaining('socket hang up') as string });
  });

  test('fails when the connection closes without an end', async () => {
    const log = await follow();
    engine.opened[0]?.stream.destroy();
    await expect(buffer(log)).rejects.toMatchObject({ kind: 'EngineUnavailable' });
  });

  test('fails when the engine ends a log whose container still runs', async () => {
    const log = await follow();
    engine.endReadings();
    await expect(buffer(log)).rejects.toMatchObject({ kind: 'EngineUnavailable', message: expect.stringContaining('still runs') as string });
  });

  test('fails when nobody can tell whether the container has ended', async () => {
    const log = await follow();
    engine.state = 'away';
    engine.endReadings();
    await expect(buffer(log)).rejects.toMatchObject({ kind: 'EngineUnavailable' });
  });

  test('waits for the engine to notice the end', async () => {
    const log = await follow();
    engine.endReadings();
    setImmediate(() => (engine.state = 'exited'));
    expect((await buffer(log)).toString()).toBe('begun\n');
  });

  test('ends at the limit, with the engine\'s stream closed', async () => {
    const log = await follow({ limitBytes: 3 });
    expect((await buffer(log)).toString()).toBe('beg');
    expect(engine.opened.map(({ stream }) => stream.destroyed)).toEqual([true, true]);
  });
});

describe.each([{ tty: false }, { tty: true }])('P90: a follow over the rotation of a log, tty: $tty', ({ tty }) => {
  const lines = (from: number, to: number): Message[] => Array.from({ length: to - from }, (_, i) => written(`line ${from + i}\n`, 1000 + from + i)).flat();
  const texts = (messages: readonly Message[]): string => messages.map(({ text }) => text.toString()).join('');
  const stampOf = (line: number): string => stampAt(1000 + line);

  test.each<[name: string, take: number, more: Message[]]>([
    ['a few lines', 5, lines(10, 12)],
    ['all lines but the last seen one', 9, lines(10, 12)],
    ['nothing, and very many come', 0, lines(10, 6000)],
    ['many, and very many come', 9, lines(10, 6000)],
  ])('what it takes of those already told is not missed: %s', async (_name, taken, more) => {
    const engine = new RecordedEngine(lines(0, 10), { tty });
    const log = await open(engine, { follow: true }, tty);
    const [first] = (await once(log, 'data')) as [Buffer];
    log.pause();
    engine.messages.splice(0, taken);
    engine.write(...more);
    engine.endReadings();
    expect(first.toString() + (await buffer(log)).toString()).toBe(texts([...lines(0, 10), ...more]));
  });

  test.each([{ timestamps: false, from: 10 }, { timestamps: true, from: 10 }, { timestamps: false, from: 5000 }])('what it takes before it was told is said, %j', async ({ timestamps, from }) => {
    const engine = new RecordedEngine(lines(0, 10), { tty });
    const log = await open(engine, { follow: true, timestamps }, tty);
    const [first] = (await once(log, 'data')) as [Buffer];
    log.pause();
    const kept = lines(from + 10, from + 300);
    engine.messages.splice(0);
    engine.write(...kept);
    engine.endReadings();
    const notice = `[interlink-docker: lines are missing here: what was written between ${stampOf(9)} and ${stampOf(from + 10)} was lost to the rotation of the log before it was read]\n`;
    const stamp = timestamps ? `${stampOf(from + 10)} ` : '';
    expect(first.toString() + (await buffer(log)).toString()).toBe(`${expected(lines(0, 10), { timestamps }).toString()}${stamp}${notice}${expected(kept, { timestamps }).toString()}`);
  });

  test('it is said on a line of its own, and once', async () => {
    const engine = new RecordedEngine(written('begun', 1), { tty });
    const log = await open(engine, { follow: true }, tty);
    let told = ((await once(log, 'data')) as [Buffer])[0].toString();
    log.on('data', (chunk: Buffer) => (told += chunk.toString()));
    engine.messages.splice(0);
    engine.write(...lines(1, 3));
    await eventually(() => told.includes('line 2'));
    engine.write(...lines(3, 4));
    engine.endReadings();
    await once(log, 'end');
    expect(told.replace(/\[.*\]/, '[…]')).toBe(`begun\n[…]\n${texts(lines(1, 4))}`);
  });
});

describe.each([{ tty: false }, { tty: true }])('a follow gets what the engine tells no follower at the end, tty: $tty', ({ tty }) => {
  const zeros = 'z'.repeat(50_000);
  test.each<[name: string, seen: Message[], unseen: Message[]]>([
    ['nothing', written('a\n', 1), []],
    ['a last line without newline', written('a\n', 1), written('end', 2)],
    ['all there was', [], written('end', 2)],
    ['the end of a long line whose parts are alike', written(zeros, 2).slice(0, 2), written(zeros, 2).slice(2)],
    ['a part that is like the one before', written(zeros, 2).slice(0, 1), written(zeros, 2).slice(1, 2)],
    ['a part far into a line whose parts are alike', written('z'.repeat(900_000), 2).slice(0, 50), written('z'.repeat(3_000_000), 2).slice(50)],
    ['a part far into such a line behind another one', [...written('a\n', 1), ...written('z'.repeat(900_000), 2).slice(0, 50)], written('z'.repeat(3_000_000), 2).slice(50)],
    ['the same as the last line, at another time', written('a\n', 1), written('a\n', 2)],
    ['more than is asked for at first', written('a\n', 1), [...Array(200).keys()].flatMap((i) => written(`${i}\n`, 2 + i))],
    ['the end of a log of many lines', [...Array(200).keys()].flatMap((i) => written(`${i % 7}\n`, 2 + i)), written('end', 900)],
  ])('%s', async (_name, seen, unseen) => {
    for (const options of [{}, { timestamps: true }, { tailLines: 3 }, { limitBytes: 5 }]) {
      const engine = new RecordedEngine([...seen], { tty, chunkBytes: 1000 });
      const log = await open(engine, { follow: true, ...options }, tty);
      engine.writeUnseen(...unseen);
      engine.endReadings();
      const all = expected([...seen, ...unseen], { ...options, tailLines: undefined });
      const skipped = 'tailLines' in options ? expected(seen, {}).length - expected(seen, options).length : 0;
      expect(brief(await buffer(log))).toBe(brief(all.subarray(skipped)));
    }
  });

  test('but not what was there before a follow from now on', async () => {
    const engine = new RecordedEngine(written('before\n', 1), { tty });
    const log = await open(engine, { follow: true, tailLines: 0 }, tty);
    engine.endReadings();
    expect((await buffer(log)).toString()).toBe('');
  });
});

test('a failure before the reader listens is kept for it', async () => {
  const engine = new RecordedEngine(LOG);
  const log = await open(engine, {});
  engine.opened[0]?.stream.destroy(new Error('gone'));
  await eventually(() => log.destroyed);
  expect(log.errored).toMatchObject({ kind: 'EngineUnavailable' });
});

test('a log cut within a frame fails', async () => {
  const engine = new RecordedEngine([], { tty: false });
  engine.containerLogs = () => Promise.resolve(Readable.from([Buffer.from([1, 0, 0, 0, 0, 0, 0, 9, 0x61])]));
  await expect(read(engine, {})).rejects.toMatchObject({ kind: 'EngineUnavailable' });
});

test.each([{ follow: false }, { follow: true }])('reads no further than its reader does, %j', async ({ follow }) => {
  const engine = new RecordedEngine([...Array(64).keys()].flatMap((i) => written(`${'x'.repeat(16_000)}\n`, i)), { chunkBytes: 16_384 });
  const log = await open(engine, { follow });
  const source = engine.opened.at(-1)?.stream;
  await once(log, 'readable');
  await eventually(() => source?.isPaused() === true || (source?.readableLength ?? 0) > 0);
  const left = source?.readableLength ?? 0;
  expect(left).toBeGreaterThan(500_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(source?.readableLength).toBe(left);
  engine.endReadings();
  expect(await buffer(log)).toHaveLength(64 * 16_001);
});
