import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { makeStamp, PluginCaller, PluginRefused, PluginUnreachable, readPodFile, toCreateBody, toDeletePod, toLogBody, FIRST_VIEW } from '../../../src/caller/index.js';

interface Seen {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: unknown;
}

const BODY = toCreateBody(readPodFile('kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: i}]}'), makeStamp(new Date(0)));
const NEVER = new AbortController().signal;

let server: Server;
let caller: PluginCaller;
let seen: Seen[] = [];
let reply: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ line: `${request.method} ${request.url} HTTP/${request.httpVersion}`, headers: request.rawHeaders, body: JSON.parse(body) });
      reply(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  caller = new PluginCaller(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
});

test.each<[name: string, call: () => Promise<unknown>, line: string, session: RegExp, body: unknown]>([
  ['create', () => caller.create(BODY), 'POST /create HTTP/1.1', /^CreatePod#\d+$/, BODY],
  ['delete', () => caller.delete(BODY.pod), 'POST /delete HTTP/1.1', /^DeletePod#\d+$/, BODY.pod],
  ['status', () => caller.status([BODY.pod]), 'GET /status HTTP/1.1', /^GetStatus#\d+$/, [BODY.pod]],
  ['ping', () => caller.ping(), 'GET /status HTTP/1.1', /^Request-[0-9a-f-]{36}$/, []],
  ['getLogs', () => caller.getLogs(toLogBody(BODY.pod, 'a', { Tail: 5 }), NEVER), 'GET /getLogs HTTP/1.1', /^GetLogs#\d+$/, {
    Namespace: 'default', PodUID: BODY.pod.metadata.uid, PodName: 'p', ContainerName: 'a',
    Opts: { Tail: 5, Bytes: 0, Timestamps: false, Follow: false, Previous: false, SinceSeconds: 0, SinceTime: '0001-01-01T00:00:00Z' },
  }],
])('%s sends the headers of Go, and no others', async (_name, call, line, session, body) => {
  reply = (response) => response.end('[]');
  await call();
  const [request] = seen;
  expect(request?.line).toBe(line);
  expect(request?.headers).toEqual([
    'Host', caller.url.slice('http://'.length),
    'User-Agent', 'Go-http-client/1.1',
    'Content-Length', String(JSON.stringify(body).length),
    'Content-Type', 'application/json',
    'Interlink-Http-Session', expect.stringMatching(session),
    'Accept-Encoding', 'gzip',
  ]);
  expect(request?.body).toEqual(JSON.parse(JSON.stringify(body)));
});

test('reads answers, compressed ones too', async () => {
  const answer = { PodUID: 'u', PodJID: 'j' };
  reply = (response) => response.end(JSON.stringify(answer));
  await expect(caller.create(BODY)).resolves.toEqual(answer);
  reply = (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(JSON.stringify(answer)));
  await expect(caller.create(BODY)).resolves.toEqual(answer);
});

test('works over a unix socket', async () => {
  await new Promise((resolve) => server.close(resolve));
  const dir = mkdtempSync(join(tmpdir(), 'caller-'));
  server.listen(join(dir, 'a.sock'));
  await once(server, 'listening');
  reply = (response) => response.end('bye');
  await expect(new PluginCaller(`unix://${join(dir, 'a.sock')}`).delete(BODY.pod)).resolves.toBe('bye');
  rmSync(dir, { recursive: true });
});

test('any status but 200 is a refusal with the text of the plugin', async () => {
  reply = (response) => response.writeHead(202).end('later\n');
  await expect(caller.create(BODY)).rejects.toMatchObject({ name: 'PluginRefused', status: 202, message: 'later', call: 'POST /create' });
  reply = (response) => response.writeHead(404).end('gone');
  await expect(caller.getLogs(toLogBody(BODY.pod, 'a'), NEVER)).rejects.toThrow(new PluginRefused('GET /getLogs', 404, 'gone').message);
});

test('an answer that is not JSON is a refusal', async () => {
  reply = (response) => response.end('<html>');
  await expect(caller.status([])).rejects.toThrow(/not JSON: <html>/);
});

test('nobody there, and a connection that breaks, are told apart from a refusal', async () => {
  reply = (response) => void response.socket?.destroy();
  await expect(caller.create(BODY)).rejects.toBeInstanceOf(PluginUnreachable);
  reply = (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('half');
    setImmediate(() => response.socket?.destroy());
  };
  await expect(caller.create(BODY)).rejects.toBeInstanceOf(PluginUnreachable);
  await new Promise((resolve) => server.close(resolve));
  await expect(caller.create(BODY)).rejects.toMatchObject({ name: 'PluginUnreachable', code: 'ECONNREFUSED' });
});

test('a log comes as it is written; a broken one fails', async () => {
  let later: ServerResponse | undefined;
  reply = (response) => {
    later = response;
    response.write('first');
  };
  const log = await caller.getLogs(toLogBody(BODY.pod, 'a', { Follow: true }), NEVER);
  const [chunk] = (await once(log, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('first');
  later?.socket?.destroy();
  await expect(once(log, 'end')).rejects.toThrow(/aborted/);
});

test('an abort ends a call with its own reason', async () => {
  const leaving = new AbortController();
  reply = () => leaving.abort(new Error('left'));
  await expect(caller.create(BODY, leaving.signal)).rejects.toThrow('left');
});

test.each(['ftp://a', 'http://', 'http://a/path', 'unix:/a', 'a:4000', 'http://a:99999'])('refuses the address %s', (url) => {
  expect(() => new PluginCaller(url)).toThrow(/give http:\/\/host:port, https:\/\/host:port or unix:\/\/\//);
});

test('a pod that runs is deleted with a time and a grace period, another one without', () => {
  const now = new Date('2026-01-02T03:04:05Z');
  expect(toDeletePod(BODY.pod, 'j', { ...FIRST_VIEW, phase: 'Running' }, now).metadata).toMatchObject({
    annotations: { JobID: 'j' }, deletionTimestamp: '2026-01-02T03:04:05Z', deletionGracePeriodSeconds: 30,
  });
  expect(toDeletePod(BODY.pod, undefined, FIRST_VIEW, now).metadata).toEqual(BODY.pod.metadata);
});
