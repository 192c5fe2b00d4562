import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { call, openCall } from '../../support/endpoint.js';
import { eventually } from '../../support/eventually.js';
import { FaultProxy, type FaultProxyOptions } from '../../support/fault-proxy.js';
import { type Fault, inflict } from '../../support/faults.js';

/** Plays an engine: echoes, streams until told, upgrades to an echo. */
class Backend {
  readonly directory = mkdtempSync(join(tmpdir(), 'backend-'));
  readonly endpoint = { socketPath: join(this.directory, 'engine.sock') };
  readonly seen: string[] = [];
  readonly streams = new Set<http.ServerResponse>();
  private readonly upgraded = new Set<Duplex>();
  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  async start(): Promise<void> {
    this.server.on('upgrade', (request, socket, head) => {
      this.upgraded.add(socket.on('error', () => undefined));
      if (request.url === '/refused') return void socket.end('HTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\nbusy');
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      socket.write(head);
      return void socket.pipe(socket);
    });
    await once(this.server.listen(this.endpoint.socketPath), 'listening');
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.seen.push(`${method} ${url}`);
    if (url.includes('/stream') || url.includes('/events')) {
      this.streams.add(response);
      response.once('close', () => this.streams.delete(response));
      return void response.write('begun\n');
    }
    const body = await text(request);
    const answer = `${method} ${url} ${body}`;
    response.writeHead(url.includes('/missing') ? 404 : 201, { 'x-engine': 'yes', ...(url.includes('/sized') && { 'content-length': answer.length }) });
    response.end(answer);
  }
}

const backend = new Backend();
let proxy: FaultProxy;

beforeAll(() => backend.start());
afterAll(() => backend.stop());
afterEach(() => proxy.stop());

async function startProxy(options?: FaultProxyOptions): Promise<void> {
  backend.seen.length = 0;
  proxy = await FaultProxy.start(backend.endpoint, options);
}
const get = (path: string): ReturnType<typeof call> => call(proxy.endpoint, 'GET', path);

test('passes requests and answers on as they are', async () => {
  await startProxy();
  const answer = await call(proxy.endpoint, 'POST', '/v1.41/containers/create?name=a', { body: { Image: 'x' } });
  expect([answer.status, answer.text]).toEqual([201, 'POST /v1.41/containers/create?name=a {"Image":"x"}']);
  expect((await openCall(proxy.endpoint, 'GET', '/x')).headers['x-engine']).toBe('yes');
  expect((await get('/missing')).status).toBe(404);
});

test.each([0, 1, 70_000, 5_000_000])('a body of %d bytes arrives wholly, with and without a length', async (size) => {
  await startProxy();
  const body = 'x'.repeat(size);
  expect((await call(proxy.endpoint, 'PUT', '/a', { body })).text).toBe(`PUT /a ${body}`);
  const chunked = http.request({ ...proxy.endpoint, method: 'PUT', path: '/b', headers: { 'transfer-encoding': 'chunked' } });
  chunked.end(body);
  const [response] = (await once(chunked, 'response')) as [http.IncomingMessage];
  expect(await text(response)).toBe(`PUT /b ${body}`);
});

test('numbers and names calls, one by one on a kept-alive connection, but not the event stream', async () => {
  await startProxy();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const paths = ['/v1.41/containers/json?all=1', '/version', '/v1.41/missing'];
  for (const path of paths) {
    const [response] = (await once(http.get({ ...proxy.endpoint, path, agent }), 'response')) as [http.IncomingMessage];
    await text(response);
  }
  agent.destroy();
  const events = await openCall(proxy.endpoint, 'GET', '/v1.41/events?filters=x');
  expect(proxy.calls.map(({ k, method, path, status }) => [k, method, path, status])).toEqual([
    [1, 'GET', '/containers/json', 201],
    [2, 'GET', '/version', 201],
    [3, 'GET', '/missing', 404],
    [undefined, 'GET', '/events', 200],
  ]);
  expect(proxy.calls[0]?.query.get('all')).toBe('1');
  events.destroy();
  await eventually(() => proxy.calls.every(({ isOver }) => isOver));
});

test('numbers what it is told to number', async () => {
  await startProxy({ isNumbered: (method) => method !== 'GET' });
  await get('/a');
  await call(proxy.endpoint, 'POST', '/b');
  expect(proxy.calls.map(({ k, path }) => [k, path])).toEqual([[undefined, '/a'], [1, '/b']]);
  proxy.restartCount();
  await call(proxy.endpoint, 'POST', '/c');
  expect(proxy.calls.map(({ k, path }) => [k, path])).toEqual([[1, '/c']]);
});

test('beforeCall: the engine has not seen the call, and does not when the hook cuts', async () => {
  await startProxy();
  const seen: string[][] = [];
  proxy.beforeCall(2, async (): Promise<'cut'> => {
    seen.push([...backend.seen]);
    return 'cut';
  });
  await get('/one');
  await expect(get('/two')).rejects.toThrow(/socket hang up|ECONNRESET/);
  await get('/three');
  expect(seen).toEqual([['GET /one']]);
  expect(backend.seen).toEqual(['GET /one', 'GET /three']);
});

test('afterAnswer: the engine has answered, the caller has nothing yet', async () => {
  await startProxy();
  let statusInHook: number | undefined;
  let isAnswered = false;
  const hold = Promise.withResolvers<void>();
  proxy.afterAnswer(({ path }) => path === '/slow', async (one) => {
    statusInHook = one.status;
    await hold.promise;
  });
  const answer = get('/slow').finally(() => (isAnswered = true));
  await eventually(() => statusInHook);
  expect([statusInHook, isAnswered, backend.seen]).toEqual([201, false, ['GET /slow']]);
  hold.resolve();
  expect((await answer).status).toBe(201);
});

test('afterAnswer that cuts: the engine did it, the caller sees its connection break', async () => {
  await startProxy();
  proxy.afterAnswer(1, () => 'cut');
  await expect(get('/one')).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(backend.seen).toEqual(['GET /one']);
});

test('a rule that is taken back does nothing any more', async () => {
  await startProxy();
  const takeBack = proxy.answer(() => true, 500);
  expect((await get('/a')).status).toBe(500);
  takeBack();
  expect((await get('/a')).status).toBe(201);
});

test('answers in the engine\'s place', async () => {
  await startProxy();
  proxy.answer(({ method, path }) => method === 'POST' && path === '/networks/create', 403, { message: 'overlap' });
  const answer = await call(proxy.endpoint, 'POST', '/v1.41/networks/create', { body: { Name: 'n' } });
  expect([answer.status, answer.json()]).toEqual([403, { message: 'overlap' }]);
  expect(backend.seen).toEqual([]);
});

test('delay holds the call back, and others not', async () => {
  await startProxy();
  proxy.delay(({ path }) => path === '/late', 300);
  const late = get('/late');
  await eventually(() => proxy.calls.length === 1);
  await get('/soon');
  await late;
  expect(backend.seen).toEqual(['GET /soon', 'GET /late']);
});

test('a stream passes as it comes; the engine\'s side closes when the caller leaves', async () => {
  await startProxy();
  const response = await openCall(proxy.endpoint, 'GET', '/stream');
  const [first] = (await once(response, 'data')) as [Buffer];
  expect(first.toString()).toBe('begun\n');
  response.destroy();
  await eventually(() => backend.streams.size === 0);
});

test('a stream that the engine breaks off breaks off for the caller', async () => {
  await startProxy();
  const response = await openCall(proxy.endpoint, 'GET', '/stream');
  await once(response, 'data');
  for (const stream of backend.streams) stream.destroy();
  await expect(text(response)).rejects.toThrow('aborted');
});

test('cut breaks what it is told to, on both sides', async () => {
  await startProxy();
  const cutOne = await openCall(proxy.endpoint, 'GET', '/stream');
  const other = await openCall(proxy.endpoint, 'GET', '/events');
  proxy.cut(({ path }) => path === '/stream');
  await expect(text(cutOne)).rejects.toThrow('aborted');
  await eventually(() => backend.streams.size === 1);
  proxy.cut();
  await expect(text(other)).rejects.toThrow('aborted');
  expect((await get('/a')).status).toBe(201);
});

test('refuse takes the engine away, resume brings it back', async () => {
  await startProxy();
  const stream = await openCall(proxy.endpoint, 'GET', '/stream');
  await proxy.refuse();
  await expect(text(stream)).rejects.toThrow('aborted');
  await expect(get('/a')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  await proxy.resume();
  expect((await get('/a')).status).toBe(201);
});

test('an engine that is away looks away', async () => {
  proxy = await FaultProxy.start({ socketPath: join(backend.directory, 'nobody.sock') });
  await expect(get('/a')).rejects.toThrow(/socket hang up|ECONNRESET/);
});

async function upgrade(path: string, body: string, allowHalfOpen = true): Promise<{ socket: net.Socket; received: () => string }> {
  const socket = net.connect({ path: proxy.socketPath, allowHalfOpen });
  let received = '';
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  return { socket, received: () => received };
}

test('an upgraded connection is numbered once and passes bytes both ways, each way closed by itself', async () => {
  await startProxy();
  const { socket, received } = await upgrade('/v1.41/exec/x/start', '{}');
  await eventually(() => received().includes('101 UPGRADED'));
  socket.write('ping');
  await eventually(() => received().endsWith('{}ping'));
  socket.end('last');
  await once(socket, 'end');
  expect(received()).toMatch(/\{\}pinglast$/);
  expect(proxy.calls.map(({ k, method, path, status }) => [k, method, path, status])).toEqual([[1, 'POST', '/exec/x/start', 101]]);
});

test.each<[string, () => void]>([
  ['before the engine sees it', () => proxy.beforeCall(1, () => 'cut')],
  ['after the engine took it', () => proxy.afterAnswer(1, () => 'cut')],
])('an upgrade can be cut %s', async (_when, arrange) => {
  await startProxy();
  arrange();
  const { socket, received } = await upgrade('/exec/x/start', '{}', false);
  await once(socket, 'close');
  expect(received()).toBe('');
});

test('an upgrade that the engine refuses is refused', async () => {
  await startProxy();
  const { socket, received } = await upgrade('/refused', '');
  await once(socket, 'end');
  expect(received()).toMatch(/^HTTP\/1.1 409[^]*busy$/);
  socket.destroy();
});

test('a hook that throws is told when the proxy stops', async () => {
  await startProxy();
  proxy.beforeCall(1, () => {
    throw new Error('hook failed');
  });
  await expect(get('/a')).rejects.toThrow(/socket hang up|ECONNRESET/);
  const stopped = proxy;
  proxy = await FaultProxy.start(backend.endpoint);
  await expect(stopped.stop()).rejects.toMatchObject({ errors: [expect.objectContaining({ message: 'hook failed' })] });
});

test.each(['500', '409', '404'] as const)('inflict: %s in the engine\'s place', async (fault) => {
  await startProxy();
  inflict(proxy, 2, fault);
  expect([(await get('/a')).status, (await get('/b')).status, (await get('/c')).status]).toEqual([201, Number(fault), 201]);
  expect(backend.seen).toEqual(['GET /a', 'GET /c']);
});

test.each<[Fault, seen: string[]]>([['reset', []], ['lost', ['GET /a']], ['cut', ['GET /a']]])('inflict: %s breaks the connection', async (fault, seen) => {
  await startProxy();
  const takeBack = inflict(proxy, () => true, fault);
  await expect(get('/a')).rejects.toThrow(/socket hang up|ECONNRESET|aborted/);
  expect(backend.seen).toEqual(seen);
  takeBack();
  expect((await get('/a')).status).toBe(201);
});

test('inflict: hang says nothing for a minute, and ends when the caller leaves', async () => {
  await startProxy();
  inflict(proxy, 1, 'hang');
  const left = http.get({ ...proxy.endpoint, path: '/a' }).on('error', () => undefined);
  await eventually(() => proxy.calls.length === 1);
  expect((await get('/b')).status).toBe(201);
  expect(proxy.calls[0]?.isOver).toBe(false);
  left.destroy();
  await eventually(() => proxy.calls[0]?.isOver);
  expect(backend.seen).toEqual(['GET /b']);
});

async function brokenBody(path: string): Promise<string> {
  const response = await openCall(proxy.endpoint, 'GET', path);
  let received = '';
  response.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await expect(once(response, 'end')).rejects.toThrow('aborted');
  return received;
}

test.each([['with a length', '/sized'], ['in chunks', '/abc']])('inflict: cut gives half of an answer %s', async (_name, path) => {
  await startProxy();
  inflict(proxy, 1, 'cut');
  const whole = `GET ${path} `;
  expect(await brokenBody(path)).toBe(whole.slice(0, Math.floor(whole.length / 2)));
});

test('inflict: cut breaks a stream off in the middle of its first line', async () => {
  await startProxy();
  inflict(proxy, ({ path }) => path === '/events', 'cut');
  expect(await brokenBody('/events')).toBe('beg');
});

test('inflict: cut gives half of the head where there is no body', async () => {
  await startProxy();
  inflict(proxy, 1, 'cut');
  await expect(call(proxy.endpoint, 'HEAD', '/a')).rejects.toThrow(/socket hang up|ECONNRESET|Parse Error/);
  expect(backend.seen).toEqual(['HEAD /a']);
});

test('inflict: cut lets an upgrade happen, and breaks off what comes then', async () => {
  await startProxy();
  inflict(proxy, 1, 'cut');
  const { socket, received } = await upgrade('/exec/x/start', '{}', false);
  await eventually(() => received().includes('101 UPGRADED'));
  socket.write('12345678');
  await once(socket, 'close');
  expect(received()).toMatch(/\r\n\r\n(\{\})?(\{|1234)?$/);
});

test('inflict: a status in the place of an upgrade', async () => {
  await startProxy();
  inflict(proxy, 1, '409');
  const { socket, received } = await upgrade('/exec/x/start', '{}');
  await once(socket, 'end');
  expect(received()).toMatch(/^HTTP\/1.1 409 Conflict[^]*the proxy says 409/);
  socket.destroy();
});
