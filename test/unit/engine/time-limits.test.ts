import { once } from 'node:events';
import { connectEngine, type Engine } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { type Handler, RecordingEngine } from './recording-engine.js';

/** Long enough for a call on a busy machine, where it is answered. */
const LIMIT_MS = 1_000;

let recorder: RecordingEngine;
let engine: Engine;
/** Answers that somebody still waits for. */
let open: Set<object>;
beforeEach(async () => {
  open = new Set();
  recorder = await new RecordingEngine().listen();
  engine = connectEngine(recorder.address, { answerTimeoutMs: LIMIT_MS });
  await engine.version();
});
afterEach(() => recorder.remove());

/** Says nothing, or nothing more; knows who still waits for it. */
const silentAfter = (...said: readonly string[]): Handler => (_request, response) => {
  const waited = open.add(response);
  response.once('close', () => waited.delete(response));
  if (said.length === 0) return;
  response.writeHead(200);
  response.flushHeaders();
  said.forEach((words) => response.write(words));
};

test.each<[name: string, call: () => Promise<unknown>]>([
  ['an inspection', () => engine.inspectContainer('c')],
  ['a creation', () => engine.createContainer('c', { Image: 'i' })],
  ['a start', () => engine.startContainer('c')],
  ['a rename', () => engine.renameContainer('c', 'd')],
  ['a list', () => engine.listContainers([])],
  ['a removal', () => engine.removeContainer('c')],
  ['an archive to write', () => engine.putArchive('c', '/', Buffer.from('tar'))],
  ['an archive to read', () => engine.getArchive('c', '/x')],
  ['the look at a path', () => engine.statPath('c', '/x')],
  ['a log', () => engine.containerLogs('c', { follow: true, timestamps: false })],
  ['events', () => engine.watchEvents('l', () => undefined, () => undefined, new AbortController().signal)],
  ['an image to import', () => engine.importImage('i', Buffer.from('tar'), [])],
])('%s without an answer ends in time, and its connection with it', async (_name, call) => {
  recorder.on('*', silentAfter());
  await expect(call()).rejects.toMatchObject({ tag: 'Unavailable' });
  await eventually(() => open.size === 0);
});

test('a command that is never started ends in time, and its connection with it', async () => {
  recorder.on('*', silentAfter()).on('POST /containers/c/exec', (_request, response) => response.writeHead(201).end('{"Id":"e"}'));
  await expect(engine.startExec('c', { command: ['true'] })).rejects.toMatchObject({ tag: 'Unavailable' });
  await eventually(() => open.size === 0);
});

test('an answer that falls silent in its middle ends in time', async () => {
  recorder.on('*', silentAfter('{"Id"'));
  await expect(engine.inspectContainer('c')).rejects.toMatchObject({ tag: 'Unavailable' });
});

test('an archive that falls silent in its middle breaks', async () => {
  recorder.on('*', silentAfter('half a tar'));
  const tar = await engine.getArchive('c', '/x');
  tar.resume();
  await expect(once(tar, 'end')).rejects.toMatchObject({ tag: 'Unavailable' });
  await eventually(() => open.size === 0);
});

test('an import whose progress falls silent breaks', async () => {
  recorder.on('*', silentAfter('{"status":"begun"}\n'));
  await expect(engine.importImage('i', Buffer.from('tar'), [])).rejects.toMatchObject({ tag: 'Unavailable' });
});

test.each<[name: string, call: () => Promise<unknown>]>([
  ['a followed log', () => engine.containerLogs('c', { follow: true, timestamps: false })],
  ['the event stream', () => engine.watchEvents('l', () => undefined, () => undefined, new AbortController().signal)],
])('%s may be silent', async (_name, call) => {
  recorder.on('*', silentAfter('')).on('GET /containers/other/json', silentAfter());
  await call();
  await expect(engine.inspectContainer('other')).rejects.toMatchObject({ tag: 'Unavailable' }); // as long as the limit
  await expect(engine.inspectContainer('other')).rejects.toMatchObject({ tag: 'Unavailable' });
  await eventually(() => open.size <= 1);
  expect(open.size).toBe(1);
});
