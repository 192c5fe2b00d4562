import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createApp, startServer, type RunningServer } from '../../../src/api/index.js';
import { ProviderError } from '../../../src/errors.js';
import { Provider, type CallContext, type LogRequest } from '../../../src/provider/index.js';
import { eventually } from '../../support/eventually.js';
import { RecordingLogger } from './recording-provider.js';

const PLAIN = { PodUID: 'u-1' };
const FOLLOW = { PodUID: 'u-1', Opts: { Follow: true } };
const MIB = 1024 * 1024;

/** Gives out the stream that a test put in. */
class StreamProvider extends Provider {
  answer: (context: CallContext) => Promise<Readable> = () => Promise.reject(new Error('no stream put in'));
  context: CallContext | undefined;

  override getLogs(_request: LogRequest, context: CallContext): Promise<Readable> {
    this.context = context;
    return this.answer(context);
  }
}

const provider = new StreamProvider();
const log = new RecordingLogger();
const stopping = new AbortController();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ app: createApp(provider, { log, stopping: stopping.signal }), host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close(0));

/** Every test is a session, so that no test sees another's line. */
function session(): string {
  return expect.getState().currentTestName?.replaceAll(/[^a-z]+/gi, '-') ?? '';
}

/** A GET with a body, on a connection of its own. */
function send(body: object, options: RequestOptions = {}): ClientRequest {
  const json = JSON.stringify(body);
  const request = httpRequest(`${server.address}/getLogs`, { agent: false, headers: { 'Content-Length': json.length, 'InterLink-Http-Session': session() }, ...options });
  request.end(json);
  return request;
}

/** Resolves with the head of the answer; its body is the caller's to read. */
function ask(body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(body).on('response', resolve).on('error', reject);
  });
}

function putIn<Stream extends Readable>(stream: Stream): Stream {
  provider.answer = () => Promise.resolve(stream);
  return stream;
}

/** Resolves when the stream is destroyed. */
function closed(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => {
    if (stream.closed) resolve(undefined);
    else stream.once('close', resolve);
  });
}

test.each([
  ['plain', PLAIN],
  ['followed', FOLLOW],
])('a %s log comes whole, as text', async (_name, body) => {
  putIn(Readable.from([Buffer.from('ü first\n'), Buffer.from('second\n')]));
  const answer = await ask(body);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await text(answer)).toBe('ü first\nsecond\n');
  expect(await log.lineOf(session())).toEqual(expect.objectContaining({ level: 'debug', status: 200 }));
});

test('an empty log is an empty 200', async () => {
  putIn(Readable.from([]));
  const answer = await ask(PLAIN);
  expect([answer.statusCode, await text(answer)]).toEqual([200, '']);
});

test('a silent follow has its 200 at once', async () => {
  const stream = putIn(new PassThrough());
  const answer = await ask(FOLLOW);
  expect(answer.statusCode).toBe(200);
  stream.end('at last\n');
  expect(await text(answer)).toBe('at last\n');
});

test('a reader that leaves a silent follow ends it', async () => {
  const stream = putIn(new PassThrough());
  const answer = await ask(FOLLOW);
  answer.destroy();
  await closed(stream);
  expect(provider.context?.signal.aborted).toBe(true);
  expect(await log.lineOf(session())).toEqual(expect.objectContaining({ level: 'debug', brokenOff: true }));
});

test('a reader that only closes its side of a silent follow ends it too', async () => {
  const stream = putIn(new PassThrough());
  const socket = connect(Number(new URL(server.address).port), '127.0.0.1');
  const body = JSON.stringify(FOLLOW);
  socket.write(`GET /getLogs HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await once(socket, 'data');
  socket.end();
  await closed(stream);
  expect(provider.context?.signal.aborted).toBe(true);
});

test('a reader that leaves before a silent log has begun ends it', async () => {
  const stream = putIn(new PassThrough());
  const request = send(PLAIN).on('error', () => undefined);
  await eventually(() => stream.listenerCount('readable') > 0, { intervalMs: 2 });
  request.destroy();
  await closed(stream);
});

test('a stream that comes after the reader has left is destroyed', async () => {
  const stream = new PassThrough();
  const leaving = new AbortController();
  provider.answer = async ({ signal }) => {
    leaving.abort();
    await once(signal, 'abort');
    return stream;
  };
  send(FOLLOW, { signal: leaving.signal }).on('error', () => undefined);
  await closed(stream);
});

test.each<[name: string, body: object, answer: () => Promise<Readable>]>([
  ['getLogs, plain', PLAIN, () => Promise.reject(new ProviderError('EngineUnavailable', 'the engine is away'))],
  ['getLogs, followed', FOLLOW, () => Promise.reject(new ProviderError('EngineUnavailable', 'the engine is away'))],
  [
    'the stream, before its first byte',
    PLAIN,
    () => Promise.resolve(new Readable({ read() { this.destroy(new ProviderError('EngineUnavailable', 'the engine is away')); } })),
  ],
])('an error of %s has a status', async (_name, body, answer) => {
  provider.answer = answer;
  const response = await ask(body);
  expect([response.statusCode, await text(response)]).toEqual([503, 'the engine is away']);
  expect(await log.lineOf(session())).toEqual(expect.objectContaining({ level: 'error', status: 503, error: 'the engine is away' }));
});

test.each([
  ['plain', PLAIN],
  ['followed', FOLLOW],
])('an error in the middle of a %s log breaks the connection', async (_name, body) => {
  const stream = putIn(new PassThrough());
  stream.write('first\n');
  const answer = await ask(body);
  const [chunk] = (await once(answer, 'data')) as [Buffer];
  const broken = once(answer, 'error') as Promise<[Error]>;
  stream.destroy(new Error('the engine went away'));
  expect([chunk.toString(), answer.complete]).toEqual(['first\n', false]);
  expect(await broken).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  expect(await log.lineOf(session())).toEqual(expect.objectContaining({ level: 'error', error: 'the engine went away', brokenOff: true }));
});

test('a slow reader holds the stream back', async () => {
  const total = 64 * MIB;
  const chunk = Buffer.alloc(MIB, 'x');
  let produced = 0;
  let received = 0;
  let longestLead = 0;
  putIn(
    new Readable({
      read() {
        longestLead = Math.max(longestLead, produced - received);
        this.push(produced === total ? null : chunk);
        if (produced < total) produced += chunk.length;
      },
    }),
  );
  for await (const part of await ask(PLAIN)) received += (part as Buffer).length;
  expect(received).toBe(total);
  expect(longestLead).toBeLessThan(total / 3);
});

test('a server that stops breaks follows off, without calling it a failure', async () => {
  const stream = putIn(new PassThrough());
  const answer = await ask(FOLLOW);
  const broken = once(answer, 'error');
  stopping.abort();
  await Promise.all([broken, closed(stream)]);
  expect(await log.lineOf(session())).toEqual(expect.objectContaining({ level: 'debug', brokenOff: true }));
});
