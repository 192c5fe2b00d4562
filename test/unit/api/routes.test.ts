import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { ProviderError, type ErrorKind } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import { Provider } from '../../../src/provider/index.js';
import { minimalPod, withMember, type Json } from '../wire/bodies.js';
import { RecordingLogger, RecordingProvider } from './recording-provider.js';

class EmptyProvider extends Provider {}

const LOG_REQUEST = { PodUID: 'u-1' };
const named = (uid: string): { pod: { [key: string]: Json } } => ({ pod: withMember(minimalPod(), ['metadata', 'uid'], uid) });

const provider = new RecordingProvider();
const log = new RecordingLogger();
const app = createApp(provider, { log });
const emptyApp = createApp(new EmptyProvider(), { log: silentLogger });

beforeEach(() => {
  provider.reset();
  log.lines.length = 0;
});

test('/create answers in the form of the request', async () => {
  const object = await request(app).post('/create').send(named('u-1'));
  expect(object.body).toEqual({ PodUID: 'u-1', PodJID: 'job-u-1' });
  const array = await request(app).post('/create').send([named('u-1'), named('u-2')]);
  expect(array.body).toEqual([
    { PodUID: 'u-1', PodJID: 'job-u-1' },
    { PodUID: 'u-2', PodJID: 'job-u-2' },
  ]);
});

test('a list with a wrong entry makes no pod at all', async () => {
  const answer = await request(app).post('/create').send([named('u-1'), named('u/2')]);
  expect([answer.status, provider.created]).toEqual([400, []]);
  expect(answer.text).toContain('[1].pod.metadata.uid');
});

test('unknown fields of a pod reach the provider as they came', async () => {
  const pod = withMember(minimalPod(), ['spec', 'future'], { list: [1.5, '', false, {}] });
  await request(app).post('/create').send({ pod, jobScript: '#!/bin/sh', other: 1 });
  expect(provider.created[0]?.pod).toStrictEqual(pod);
});

test('a ping is answered by the provider, or with a sign of life', async () => {
  const full = await request(app).get('/status').send([]);
  expect(full.body).toEqual({ status: 'ok', resources: { cpu: '16', memory: '64Gi', pods: '110', accelerators: [] }, taints: [] });
  const empty = await request(emptyApp).get('/status').send([]);
  expect([empty.status, empty.body]).toEqual([200, { status: 'ok' }]);
});

test.each<[method: 'get' | 'post', path: string, body: Json]>([
  ['post', '/create', named('u-1')],
  ['post', '/delete', minimalPod()],
  ['get', '/status', [minimalPod()]],
  ['post', '/status', [minimalPod()]],
  ['get', '/getLogs', LOG_REQUEST],
  ['post', '/getLogs', LOG_REQUEST],
])('%s %s of a provider without it: 501', async (method, path, body) => {
  const answer = await request(emptyApp)[method](path).send(body as object);
  expect([answer.status, answer.text]).toEqual([501, expect.stringContaining('NOT IMPLEMENTED')]);
});

test.each<[kind: ErrorKind, status: number, level: string]>([
  ['InvalidPod', 400, 'debug'],
  ['Forbidden', 403, 'debug'],
  ['PodNotFound', 404, 'debug'],
  ['Conflict', 409, 'debug'],
  ['PodDeleted', 410, 'debug'],
  ['TooLarge', 413, 'debug'],
  ['OutOfResources', 422, 'debug'],
  ['EngineFailed', 500, 'error'],
  ['NotImplemented', 501, 'error'],
  ['EngineUnavailable', 503, 'error'],
])('%s is %d, logged as %s with session and cause', async (kind, status, level) => {
  provider.failure = new ProviderError(kind, 'what went wrong', { cause: new Error('outer', { cause: 'inner' }) });
  const answer = await request(app).post('/create').set('InterLink-Http-Session', 'CreatePod#7').send(named('u-1'));
  expect([answer.status, answer.text, answer.type]).toEqual([status, 'what went wrong', 'text/plain']);
  expect(await log.lineOf('CreatePod#7')).toEqual(expect.objectContaining({ level, message: 'request', session: 'CreatePod#7', method: 'POST', path: '/create', status, error: 'what went wrong', cause: 'outer: inner' }));
});

test('an error that nobody foresaw says nothing to the caller and all to the log', async () => {
  provider.failure = new TypeError('x is undefined');
  const answer = await request(app).post('/create').set('InterLink-Http-Session', 'CreatePod#8').send(named('u-1'));
  expect([answer.status, answer.text]).toEqual([500, 'internal error: see the log of the plugin']);
  expect(await log.lineOf('CreatePod#8')).toEqual(expect.objectContaining({ level: 'error', error: 'x is undefined', stack: expect.stringContaining('TypeError') as string }));
});

test('a call without a session gets one, the same in the log and for the provider', async () => {
  await request(app).post('/delete').send(minimalPod());
  const session = provider.contexts[0]?.session ?? '';
  expect(session).toMatch(/^Request-[0-9a-f-]{36}$/);
  expect(await log.lineOf(session)).toEqual(expect.objectContaining({ method: 'POST', path: '/delete', status: 200 }));
});

test.each<[header: string | undefined]>([[undefined], ['text/plain'], ['application/x-www-form-urlencoded'], ['application/json; charset=latin1'], ['multipart/form-data']])(
  'a body of Content-Type %p is read as JSON',
  async (type) => {
      const call = request(app).post('/delete');
    if (type === undefined) call.unset('Content-Type');
    else call.set('Content-Type', type);
    const answer = await call.serialize((body: unknown) => body as string).send(JSON.stringify(minimalPod()));
    expect([answer.status, provider.deleted.length]).toEqual([200, 1]);
  },
);

test('what a web page sends is refused', async () => {
  const answer = await request(app).post('/create').set('Origin', 'https://page.example').send(named('u-1'));
  expect([answer.status, provider.created]).toEqual([403, []]);
});
