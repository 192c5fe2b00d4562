import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startServer, type RunningServer } from '../../../src/api/index.js';

const LARGE = 'x'.repeat(32 * 1024 * 1024);

/** Answers at once, except `/held`: that one waits for `release`. */
class HoldingApp extends EventEmitter {
  readonly listener: RequestListener = (request, response) => {
    if (request.url === '/large') response.end(LARGE);
    else if (request.url !== '/held') response.end('ok');
    else {
      this.once('release', () => response.end('released'));
      this.emit('held');
    }
  };
}

const HERE = { host: '127.0.0.1', port: 0 };
let folder: string;
const running: RunningServer[] = [];

async function start(options: Parameters<typeof startServer>[0]): Promise<RunningServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)));
  await rm(folder, { recursive: true });
});

function ask(url: string, options: { readonly agent?: Agent; readonly socketPath?: string } = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent: false, ...options }, resolve).once('error', reject).end();
  });
}

async function textOf(answer: Promise<IncomingMessage>): Promise<string> {
  return text(await answer);
}

test('a TCP server tells its address', async () => {
  const server = await start({ app: new HoldingApp().listener, ...HERE });
  expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(await textOf(ask(server.address))).toBe('ok');
});

test('a TCP address in use is an error', async () => {
  const { address } = await start({ app: new HoldingApp().listener, ...HERE });
  await expect(startServer({ app: new HoldingApp().listener, host: '127.0.0.1', port: Number(new URL(address).port) })).rejects.toThrow('EADDRINUSE');
});

test.each<[name: string, mode: number | undefined, expected: number]>([
  ['of its own accord', undefined, 0o660],
  ['as told', 0o600, 0o600],
])('a unix socket has its mode %s, in a folder that is made', async (_name, mode, expected) => {
  const socketPath = join(folder, 'run', 'plugin.sock');
  const server = await start({ app: new HoldingApp().listener, socketPath, ...(mode === undefined ? {} : { socketMode: mode }) });
  const { mode: found } = await stat(socketPath);
  expect(found & 0o777).toBe(expected);
  expect(server.address).toBe(`unix://${socketPath}`);
  expect(await textOf(ask('http://plugin/', { socketPath }))).toBe('ok');
  await server.close(0);
  await expect(stat(socketPath)).rejects.toThrow('ENOENT');
});

test('making a socket leaves the umask as it was', async () => {
  const before = process.umask();
  await start({ app: new HoldingApp().listener, socketPath: join(folder, 'plugin.sock') });
  expect(process.umask()).toBe(before);
});

test('a socket that cannot be given to its group is not served', async () => {
  const socketPath = join(folder, 'plugin.sock');
  // No user may: the kernel has no such group. One that this user is not in is refused the same way, but not to root.
  await expect(startServer({ app: new HoldingApp().listener, socketPath, socketGroup: '4294967296' })).rejects.toThrow();
  await expect(ask('http://plugin/', { socketPath })).rejects.toThrow('ENOENT');
});

test('a socket that nobody listens on is replaced', async () => {
  const socketPath = join(folder, 'plugin.sock');
  const dead = createServer().listen(join(folder, 'other'));
  await once(dead, 'listening');
  await rename(join(folder, 'other'), socketPath);
  await new Promise((resolve) => dead.close(resolve));
  expect((await stat(socketPath)).isSocket()).toBe(true);
  await start({ app: new HoldingApp().listener, socketPath });
  expect(await textOf(ask('http://plugin/', { socketPath }))).toBe('ok');
});

test('a socket in use is left alone', async () => {
  const socketPath = join(folder, 'plugin.sock');
  await start({ app: new HoldingApp().listener, socketPath });
  await expect(startServer({ app: new HoldingApp().listener, socketPath })).rejects.toThrow(`another process listens on ${socketPath}`);
  expect(await textOf(ask('http://plugin/', { socketPath }))).toBe('ok');
});

test('a file that is no socket is left alone', async () => {
  const socketPath = join(folder, 'precious');
  await writeFile(socketPath, 'data');
  await expect(startServer({ app: new HoldingApp().listener, socketPath })).rejects.toThrow('is not a socket');
  expect(await readFile(socketPath, 'utf8')).toBe('data');
});

test('a close lets the running request finish, and takes no new one', async () => {
  const app = new HoldingApp();
  const server = await start({ app: app.listener, ...HERE });
  const held = once(app, 'held');
  const answer = textOf(ask(`${server.address}/held`));
  await held;
  const closing = server.close(60_000);
  await expect(ask(server.address)).rejects.toThrow('ECONNREFUSED');
  app.emit('release');
  expect(await answer).toBe('released');
  await closing;
});

test('connections that are kept alive do not hold a close up', async () => {
  const app = new HoldingApp();
  const server = await start({ app: app.listener, ...HERE });
  const agent = new Agent({ keepAlive: true });
  await textOf(ask(server.address, { agent }));
  const held = once(app, 'held');
  const busy = textOf(ask(`${server.address}/held`, { agent: new Agent({ keepAlive: true }) }));
  await held;
  const closing = server.close(60_000);
  app.emit('release');
  await busy;
  await closing;
});

test('a connection that never sent a request does not hold a close up', async () => {
  const app = new HoldingApp();
  const server = await start({ app: app.listener, ...HERE });
  const socket = connect(Number(new URL(server.address).port), '127.0.0.1');
  await once(socket, 'connect');
  await textOf(ask(server.address)); // accepted after it
  const gone = once(socket, 'close');
  socket.resume().on('error', () => undefined);
  await server.close(60_000);
  await gone;
});

test('an answer that is still being sent is not cut', async () => {
  const server = await start({ app: new HoldingApp().listener, ...HERE });
  const answer = await ask(`${server.address}/large`);
  const closing = server.close(60_000);
  expect((await text(answer)).length).toBe(LARGE.length);
  await closing;
});

test('what has not finished in time is broken off', async () => {
  const app = new HoldingApp();
  const server = await start({ app: app.listener, ...HERE });
  const held = once(app, 'held');
  const answer = ask(`${server.address}/held`);
  const broken = expect(answer).rejects.toThrow('socket hang up');
  await held;
  await server.close(1);
  await broken;
});

test('a second close is the first one', async () => {
  const server = await start({ app: new HoldingApp().listener, ...HERE });
  expect(server.close(0)).toBe(server.close(0));
});
