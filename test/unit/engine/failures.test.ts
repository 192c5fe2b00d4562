import { text } from 'node:stream/consumers';
import { connectEngine, EngineError, type Engine } from '../../../src/engine/index.js';
import { dyingAfter, HeldAnswers, json, RecordingEngine, streaming } from './recording-engine.js';
import { eventually } from '../../support/eventually.js';

let recorder: RecordingEngine;
let engine: Engine;
beforeEach(async () => {
  recorder = await new RecordingEngine().listen();
  engine = connectEngine(recorder.address, { parallelCalls: 1, parallelStarts: 1 });
});
afterEach(() => recorder.remove());

const LOGS = { follow: true, timestamps: false } as const;

/** One of each way that calls go. */
const CALLS: readonly [name: string, call: (signal?: AbortSignal) => Promise<unknown>][] = [
  ['inspectContainer', (signal) => engine.inspectContainer('c1', signal)],
  ['createContainer', (signal) => engine.createContainer('n', { Image: 'i' }, signal)],
  ['startContainer', (signal) => engine.startContainer('c1', signal)],
  ['stopContainer', (signal) => engine.stopContainer('c1', 1, signal)],
  ['putArchive', (signal) => engine.putArchive('c1', '/', Buffer.from('tar'), signal)],
  ['info', (signal) => engine.info(signal)],
  ['listVolumes', (signal) => engine.listVolumes([], signal)],
  ['createNetwork', (signal) => engine.createNetwork({ name: 'n', subnet: '10.1.0.0/24', labels: {} }, signal)],
  ['inspectImage', (signal) => engine.inspectImage('i', signal)],
];
const STREAMS: typeof CALLS = [
  ['pullImage', (signal) => engine.pullImage({ name: 'i' }, () => undefined, signal)],
  ['importImage', (signal) => engine.importImage('i', Buffer.from('tar'), [], signal)],
  ['containerLogs', async (signal) => text(await engine.containerLogs('c1', LOGS, signal))],
  ['watchEvents', (signal) => engine.watchEvents('l', () => undefined, () => undefined, signal ?? new AbortController().signal)],
];

describe.each([
  [400, 'BadRequest'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [429, 'Failed'],
  [500, 'Failed'],
  [503, 'Failed'],
])('status %i', (status, tag) => {
  test.each([...CALLS, ...STREAMS])(`is ${tag} in %s, with the engine's own words`, async (_name, call) => {
    recorder.on('*', json(status, { message: 'so it is\n' }));
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ tag, message: 'so it is' });
  });
});

test.each([
  ['plain words', 'plain words'],
  ['', 'the engine answered 500'],
])('an error body %j that is no JSON makes the message %j', async (body, message) => {
  recorder.on('*', (_request, response) => void response.writeHead(500).end(body));
  await expect(engine.inspectContainer('c1')).rejects.toMatchObject({ tag: 'Failed', message });
});

test.each([...CALLS, ...STREAMS.slice(0, 2)])('%s: a connection that dies after the headers, or within the body, is Unavailable', async (_name, call) => {
  for (const [status, start] of [[200, ''], [200, '{"Id":'], [500, ''], [500, '{"mess']] as const) {
    recorder.on('*', dyingAfter(status, start));
    await expect(call()).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
  }
});

test('a log whose connection dies fails; it does not end', async () => {
  recorder.on('*', streaming((response) => response.write('half', () => response.destroy())));
  await expect(text(await engine.containerLogs('c1', LOGS))).rejects.toThrow();
});

test.each([...CALLS, ...STREAMS])('%s: a connection that dies without an answer is Unavailable', async (_name, call) => {
  recorder.on('*', (_request, response) => void response.destroy());
  await expect(call()).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
});

test('an engine that is away is Unavailable, and the same connection works when it is back', async () => {
  recorder.on('*', json(200, []));
  const beforehand = connectEngine(recorder.address);
  await beforehand.listNetworks([]);
  await recorder.stop();
  for (const client of [engine, beforehand]) await expect(client.listNetworks([])).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
  await recorder.listen();
  for (const client of [engine, beforehand]) expect(await client.listNetworks([])).toEqual([]);
});

describe.each([...CALLS, ...STREAMS])("the caller's abort of %s", (_name, call) => {
  const aborted = { name: 'EngineError', tag: 'Aborted' };

  test('beforehand is Aborted, with nothing asked', async () => {
    await engine.version();
    await expect(call(AbortSignal.abort())).rejects.toMatchObject(aborted);
    expect(recorder.asked).toHaveLength(0);
  });

  test('while the engine thinks is Aborted, and closes the connection', async () => {
    const abort = new AbortController();
    let isClosed = false;
    recorder.on('*', (_request, response) => {
      response.once('close', () => (isClosed = true));
      abort.abort();
    });
    await expect(call(abort.signal)).rejects.toMatchObject(aborted);
    await eventually(() => isClosed);
  });

  test('while the version is still asked for is Aborted', async () => {
    const abort = new AbortController();
    recorder.on('GET /version', () => abort.abort());
    await expect(call(abort.signal)).rejects.toMatchObject(aborted);
  });
});

test.each([
  ['a call', () => engine.inspectContainer('c1'), (signal: AbortSignal) => engine.inspectContainer('c2', signal)],
  ['a start', () => engine.startContainer('c1'), (signal: AbortSignal) => engine.startContainer('c2', signal)],
])('the abort of %s that waits for its turn is Aborted', async (_name, first, second) => {
  const held = new HeldAnswers();
  recorder.on('*', held.handler);
  const running = first();
  await eventually(() => held.count === 1);
  const abort = new AbortController();
  const waiting = second(abort.signal);
  abort.abort(new Error('changed my mind'));
  const error: unknown = await waiting.catch((thrown: unknown) => thrown);
  held.release(200, { status: 'done' });
  await running;
  expect(error).toMatchObject({ name: 'EngineError', tag: 'Aborted' });
  expect(recorder.asked).toHaveLength(1);
});

test.each([1, 3_000_000, 10_000_000])('a stop with a grace of %i s has the time it takes', async (graceSeconds) => {
  const held = new HeldAnswers();
  recorder.on('POST /containers/c1/stop', held.handler).on('*', json(200, {}));
  const stopped = engine.stopContainer('c1', graceSeconds);
  stopped.catch(() => undefined); // looked at below
  await eventually(() => held.count === 1);
  await engine.inspectContainer('c1');
  held.release(204);
  await expect(stopped).resolves.toBeUndefined();
});
