import type http from 'node:http';
import { connectEngine, type ContainerEvent, type Engine } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { json, RecordingEngine, streaming } from './recording-engine.js';

let recorder: RecordingEngine;
let engine: Engine;
let answer: http.ServerResponse | undefined;
let isClosed: boolean;
beforeEach(async () => {
  answer = undefined;
  isClosed = false;
  recorder = await new RecordingEngine().on('GET /info', json(200, {})).listen();
  recorder.on('GET /events', streaming((response) => {
    answer = response;
    response.once('close', () => (isClosed = true));
  }));
  engine = connectEngine(recorder.address);
});
afterEach(() => recorder.remove());

class Watch {
  readonly events: ContainerEvent[] = [];
  readonly closes: (Error | undefined)[] = [];
  readonly abort = new AbortController();

  async open(): Promise<http.ServerResponse> {
    await engine.watchEvents('a=b', (event) => this.events.push(event), (error) => this.closes.push(error), this.abort.signal);
    return eventually(() => answer);
  }
}

/** Round trips: what the engine did before has been seen, and what follows from it has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await engine.info();
}

const line = (Action: string, name: string): string =>
  `${JSON.stringify({ Type: 'container', Action, Actor: { ID: 'c1', Attributes: { name, image: 'i', exitCode: '7' } }, time: 1767225600, timeNano: 1767225600007000000 })}\n`;
const event = (action: string, name: string): unknown => ({ action, containerId: 'c1', attributes: { name, image: 'i', exitCode: '7' }, at: new Date(1767225600007) });

test('events of our containers are asked for, and only the ones that matter', async () => {
  const watch = new Watch();
  await watch.open();
  const url = new URL(recorder.asked[0]?.url ?? '', 'http://engine');
  expect([...url.searchParams.keys()]).toEqual(['filters']);
  expect(JSON.parse(url.searchParams.get('filters') ?? '')).toEqual({
    type: ['container'],
    label: ['a=b'],
    event: ['create', 'start', 'die', 'oom', 'destroy', 'rename', 'pause', 'unpause', 'kill'],
  });
  watch.abort.abort();
});

test('events come in order, whatever the borders of chunks, within a character too', async () => {
  const watch = new Watch();
  const response = await watch.open();
  const bytes = Buffer.from(line('create', 'grün') + line('start', '€') + line('die', '𝄞'));
  for (let at = 0; at < bytes.length; at++) {
    await new Promise((resolve) => response.write(bytes.subarray(at, at + 1), resolve));
  }
  await eventually(() => watch.events.length === 3);
  expect(watch.events).toEqual([event('create', 'grün'), event('start', '€'), event('die', '𝄞')]);
  expect(watch.closes).toEqual([]);
  watch.abort.abort();
});

test('many in one chunk come one by one', async () => {
  const watch = new Watch();
  const response = await watch.open();
  const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
  response.write(names.map((name) => line('create', name)).join(''));
  await eventually(() => watch.events.length === names.length);
  expect(watch.events.map(({ attributes }) => attributes['name'])).toEqual(names);
  watch.abort.abort();
});

test.each<[how: string, end: (response: http.ServerResponse) => void, error: unknown]>([
  ['ends', (response) => response.end(), undefined],
  ['breaks', (response) => response.destroy(), expect.objectContaining({ name: 'EngineError', tag: 'Unavailable' })],
  ['breaks within an event', (response) => response.end('{"Action":'), expect.objectContaining({ name: 'EngineError', tag: 'Unavailable' })],
  ['talks nonsense', (response) => response.write('nonsense\n'), expect.objectContaining({ name: 'EngineError', tag: 'Unavailable' })],
])('a stream that %s is told once, after its events', async (_how, end, error) => {
  const watch = new Watch();
  const response = await watch.open();
  response.write(line('start', 'n'));
  await eventually(() => watch.events.length === 1);
  end(response);
  await eventually(() => watch.closes.length > 0);
  await eventually(() => isClosed);
  await settle();
  watch.abort.abort();
  await settle();
  expect(watch.closes).toEqual([error]);
});

test('after an abort there is no word, and no connection', async () => {
  const watch = new Watch();
  const response = await watch.open();
  response.write(line('start', 'n'));
  await eventually(() => watch.events.length === 1);
  watch.abort.abort();
  await eventually(() => isClosed);
  await settle();
  expect(watch.closes).toEqual([]);
});

test('a watcher that throws closes the stream and is told', async () => {
  const closes: unknown[] = [];
  const fail = (): never => {
    throw new Error('cannot take it');
  };
  await engine.watchEvents('a=b', fail, (error) => closes.push(error), new AbortController().signal);
  (await eventually(() => answer)).write(line('start', 'n'));
  await eventually(() => isClosed);
  await eventually(() => closes.length === 1);
});

test('a stream that cannot be opened rejects, and is not told to be closed', async () => {
  await engine.info();
  await recorder.stop();
  const watch = new Watch();
  await expect(watch.open()).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
  expect(watch.closes).toEqual([]);
});
