import { once } from 'node:events';
import type http from 'node:http';
import { text } from 'node:stream/consumers';
import { connectEngine, type Engine, type LogQuery } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { json, RecordingEngine, streaming } from './recording-engine.js';

let recorder: RecordingEngine;
let engine: Engine;
beforeEach(async () => {
  recorder = await new RecordingEngine().on('GET /info', json(200, {})).listen();
  engine = connectEngine(recorder.address);
});
afterEach(() => recorder.remove());

const FOLLOW: LogQuery = { follow: true, timestamps: false };
const CHUNK = Buffer.alloc(65_536, 'x');
const CHUNKS = 1024;

test.each<[query: LogQuery, sent: object]>([
  [FOLLOW, { follow: '1', timestamps: '0', tail: 'all' }],
  [{ follow: false, timestamps: true, tail: 0 }, { follow: '0', timestamps: '1', tail: '0' }],
  [{ follow: false, timestamps: false, tail: 7, since: new Date(1500) }, { follow: '0', timestamps: '0', tail: '7', since: '1.500' }],
  [{ follow: false, timestamps: false, until: new Date('2026-01-01T00:00:00.007Z') }, { follow: '0', timestamps: '0', tail: 'all', until: '1767225600.007' }],
])('%j asks for %j', async (query, sent) => {
  recorder.on('GET /containers/c1/logs', (_request, response) => void response.end('log'));
  expect(await text(await engine.containerLogs('c1', query))).toBe('log');
  const url = new URL(recorder.asked[0]?.url ?? '', 'http://engine');
  expect(Object.fromEntries(url.searchParams)).toEqual({ stdout: '1', stderr: '1', ...sent });
});

test('a silent follow opens at once, and gives what comes as it comes', async () => {
  let answer: http.ServerResponse | undefined;
  recorder.on('GET /containers/c1/logs', streaming((response) => (answer = response)));
  const log = await engine.containerLogs('c1', FOLLOW);
  const response = await eventually(() => answer);
  for (const line of ['one\n', 'two\n']) {
    response.write(line);
    const [chunk] = (await once(log, 'data')) as [Buffer];
    expect(String(chunk)).toBe(line);
  }
  response.end();
  await once(log, 'end');
});

test('the engine is not drained while nobody reads; all arrives when somebody does', async () => {
  let written = 0;
  recorder.on('GET /containers/c1/logs', streaming((response) => {
    const writeOn = (): void => {
      while (written < CHUNKS) {
        written++;
        if (!response.write(CHUNK)) return void response.once('drain', writeOn);
      }
      response.end();
    };
    writeOn();
  }));
  const log = await engine.containerLogs('c1', FOLLOW);
  let unchanged = 0;
  for (let before = -1; unchanged < 50; ) {
    unchanged = written === before ? unchanged + 1 : 0;
    before = written;
    await engine.info();
  }
  expect(written).toBeLessThan(CHUNKS / 2);
  let read = 0;
  for await (const chunk of log as AsyncIterable<Buffer>) read += chunk.length;
  expect(read).toBe(CHUNKS * CHUNK.length);
});

test.each<[how: string, leave: (log: { destroy(): unknown }, abort: AbortController) => void]>([
  ['destroyed', (log) => log.destroy()],
  ['aborted', (_log, abort) => abort.abort()],
])('a log that is %s closes its connection', async (_how, leave) => {
  let closed = false;
  recorder.on('GET /containers/c1/logs', streaming((response) => response.once('close', () => (closed = true))));
  const abort = new AbortController();
  const log = await engine.containerLogs('c1', FOLLOW, abort.signal);
  log.on('error', () => undefined);
  expect(closed).toBe(false);
  leave(log, abort);
  await eventually(() => closed);
  expect(log.destroyed).toBe(true);
});
