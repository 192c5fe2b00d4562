import type http from 'node:http';
import { connectEngine, type Engine, type PullLine, type RegistryLogin } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { RecordingEngine, streaming } from './recording-engine.js';

let recorder: RecordingEngine;
let engine: Engine;
beforeEach(async () => {
  recorder = await new RecordingEngine().listen();
  engine = connectEngine(recorder.address);
});
afterEach(() => recorder.remove());

const lines = (...objects: object[]): string => objects.map((object) => `${JSON.stringify(object)}\r\n`).join('');
const answers = (text: string) => streaming((response) => void response.end(text));
const nothing = (): void => undefined;

const TRANSFERS: readonly [name: string, call: (signal?: AbortSignal) => Promise<void>][] = [
  ['pullImage', (signal) => engine.pullImage({ name: 'repo:1' }, nothing, signal)],
  ['importImage', (signal) => engine.importImage('repo:1', Buffer.from('tar'), [], signal)],
];

test.each([
  ['busybox', { fromImage: 'busybox', tag: 'latest' }],
  ['busybox:1.36', { fromImage: 'busybox', tag: '1.36' }],
  ['host:5000/a/repo', { fromImage: 'host:5000/a/repo', tag: 'latest' }],
  ['host:5000/a/repo:v1', { fromImage: 'host:5000/a/repo', tag: 'v1' }],
  ['host:5000/repo@sha256:0a', { fromImage: 'host:5000/repo@sha256:0a' }],
])('a pull of %s asks for %j', async (name, query) => {
  recorder.on('POST /images/create', answers(lines({ status: 'done' })));
  await engine.pullImage({ name }, nothing);
  const url = new URL(recorder.asked[0]?.url ?? '', 'http://engine');
  expect(Object.fromEntries(url.searchParams)).toEqual(query);
});

test.each([
  ['tool', { repo: 'tool', tag: 'latest' }],
  ['interlink-docker/sandbox:1', { repo: 'interlink-docker/sandbox', tag: '1' }],
  ['host:5000/tool', { repo: 'host:5000/tool', tag: 'latest' }],
  ['host:5000/a/tool:2', { repo: 'host:5000/a/tool', tag: '2' }],
])('an import as %s asks for %j, with the tar as it is', async (name, query) => {
  recorder.on('POST /images/create', answers(lines({ status: 'sha256:1' })));
  const tar = Buffer.from([0, 1, 2, 0xff]);
  await engine.importImage(name, tar, ['USER 65535', 'ENTRYPOINT ["/tool"]']);
  const [request] = recorder.asked;
  const url = new URL(request?.url ?? '', 'http://engine');
  expect(Object.fromEntries(url.searchParams)).toEqual({ fromSrc: '-', ...query, changes: 'USER 65535\nENTRYPOINT ["/tool"]' });
  expect(request?.body).toEqual(tar);
});

test.each(TRANSFERS)('%s: a line with an error rejects with the words in it', async (_name, call) => {
  for (const line of [{ error: 'manifest unknown', errorDetail: { message: 'manifest unknown' } }, { error: 'manifest unknown' }, { errorDetail: { message: 'manifest unknown' } }]) {
    recorder.on('POST /images/create', answers(lines({ status: 'Pulling' }, line)));
    await expect(call()).rejects.toMatchObject({ name: 'EngineError', tag: 'Failed', message: 'manifest unknown' });
  }
});

test.each(TRANSFERS)('%s: a stream that is cut, ends within a line or never says a word is Unavailable', async (_name, call) => {
  const cuts: readonly ((response: http.ServerResponse) => void)[] = [
    (response) => response.destroy(),
    (response) => response.write(lines({ status: 'Downloading' }), () => response.destroy()),
    (response) => response.end('{"status":"Down'),
    (response) => response.end(),
  ];
  for (const cut of cuts) {
    recorder.on('POST /images/create', streaming(cut));
    await expect(call()).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
  }
});

test('a pull ends with its stream, not before', async () => {
  let answer: http.ServerResponse | undefined;
  recorder.on('POST /images/create', streaming((response) => (answer = response)));
  let isDone = false;
  const seen: string[] = [];
  const pulled = engine.pullImage({ name: 'repo:1' }, ({ status }) => seen.push(status)).then(() => (isDone = true));
  const response = await eventually(() => answer);
  response.write(lines({ status: 'Pulling from repo', id: '1' }));
  await eventually(() => seen.length === 1);
  expect(isDone).toBe(false);
  response.end(lines({ status: 'Downloaded' }));
  await pulled;
});

test('every line of a pull is passed on, with the bytes of its layer', async () => {
  const layer = { id: 'layer', status: 'Downloading', progressDetail: { current: 5, total: 10 }, progress: '[==>  ] 5B/10B' };
  recorder.on('POST /images/create', answers(lines({ status: 'Pulling from repo', id: '1' }, { aux: {} }, layer, { id: 'layer', status: 'Pull complete', progressDetail: {} }, { status: 'Digest: sha256:0a' })));
  const seen: PullLine[] = [];
  await engine.pullImage({ name: 'repo:1' }, (line) => seen.push(line));
  expect(seen).toEqual([{ id: '1', status: 'Pulling from repo' }, { id: 'layer', status: 'Downloading', current: 5, total: 10 }, { id: 'layer', status: 'Pull complete' }, { status: 'Digest: sha256:0a' }]);
});

test('a pull asks for the platform it is told, and only then', async () => {
  recorder.on('POST /images/create', answers(lines({ status: 'done' })));
  await engine.pullImage({ name: 'repo:1', platform: 'linux/arm64' }, nothing);
  await engine.pullImage({ name: 'repo:1' }, nothing);
  expect(recorder.asked.map(({ url }) => new URL(url, 'http://engine').searchParams.get('platform'))).toEqual(['linux/arm64', null]);
});

test.each<[login: RegistryLogin, header: object]>([
  [{ username: 'me', password: 'päss?>wörd~~' }, { username: 'me', password: 'päss?>wörd~~' }],
  [{ username: '<token>', identityToken: 'refresh' }, { username: '<token>', identitytoken: 'refresh' }],
  [{ registryToken: 'bearer' }, { registrytoken: 'bearer' }],
])('a login goes to the engine in one header, and nowhere else', async (login, header) => {
  recorder.on('POST /images/create', answers(lines({ status: 'done' })));
  await engine.pullImage({ name: 'repo:1', login }, nothing);
  const [request] = recorder.asked;
  const sent = request?.headers['x-registry-auth'] as string;
  expect(sent).toMatch(/^[\w=-]+$/);
  expect(JSON.parse(Buffer.from(sent, 'base64url').toString())).toEqual(header);
  for (const secret of Object.values(login) as string[]) expect(`${request?.url} ${request?.body.toString()}`).not.toContain(secret);
});

test('a pull for nobody in particular has no such header', async () => {
  recorder.on('POST /images/create', answers(lines({ status: 'done' })));
  await engine.pullImage({ name: 'repo:1' }, nothing);
  expect(recorder.asked[0]?.headers).not.toHaveProperty('x-registry-auth');
});

test.each(TRANSFERS)('%s: an abort while it streams is Aborted, and closes the connection', async (_name, call) => {
  let begun = false;
  let closed = false;
  recorder.on('POST /images/create', streaming((response) => {
    response.write(lines({ status: 'Downloading' }), () => (begun = true));
    response.once('close', () => (closed = true));
  }));
  const abort = new AbortController();
  const transfer = call(abort.signal);
  transfer.catch(nothing); // looked at below
  await eventually(() => begun);
  abort.abort();
  await expect(transfer).rejects.toMatchObject({ name: 'EngineError', tag: 'Aborted' });
  await eventually(() => closed);
});
