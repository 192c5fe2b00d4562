/** HTTP as no client would speak it: whatever comes in on raw connections, the server answers or closes, and serves the next one. */
import { once } from 'node:events';
import net from 'node:net';
import fc from 'fast-check';
import { createApp, type RunningServer, startServer } from '../../src/api/index.js';
import { silentLogger } from '../../src/log.js';
import { type CreatedPod, type CreateRequest, Provider } from '../../src/provider/index.js';
import { call } from '../support/endpoint.js';
import { eventually } from '../support/eventually.js';
import { catches, fuzz } from './fuzz.js';

/** Knows whether it was asked to make a pod. */
class Counting extends Provider {
  created = 0;

  override create({ pod }: CreateRequest): Promise<CreatedPod> {
    this.created++;
    return Promise.resolve({ uid: pod.metadata.uid, jobId: pod.metadata.uid });
  }
}

const POD = '{"pod":{"metadata":{"name":"p","namespace":"n","uid":"u"},"spec":{"containers":[{"name":"c","image":"i"}]}},"container":[]}';
const provider = new Counting();
let server: RunningServer;
let broken: net.Server;

beforeAll(async () => {
  const limits = { headersTimeout: 300, requestTimeout: 400, connectionsCheckingInterval: 50 };
  server = await startServer({ app: createApp(provider, { log: silentLogger, bodyLimitBytes: 10_000 }), host: '127.0.0.1', port: 0, limits });
  broken = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(broken, 'listening');
});

afterAll(async () => {
  await server.close(0); // resolves when every connection is closed
  broken.close();
});

interface Conversation {
  /** Sent one after the other, each in a packet of its own. */
  readonly packets: readonly string[];
  /** Whether the client says that it is done. */
  readonly ends: boolean;
}

const DEADLINE_MS = 20_000;
const portOf = (): number => Number(new URL(server.address).port);

/** All that came back until the server closed the connection. */
async function converse(port: number, { packets, ends }: Conversation, deadlineMs = DEADLINE_MS): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text)).on('error', () => undefined);
  const closed = once(socket, 'close').catch(() => undefined);
  await once(socket, 'connect').catch(() => undefined);
  for (const packet of packets) if (socket.writable) await new Promise<void>((resolve) => socket.write(packet, 'latin1', () => resolve()));
  if (ends) socket.end();
  // One that is kept alive stays, as it may.
  await Promise.race([closed, eventually(() => ends === false && /^HTTP\/1\.1 \d/.test(answer), { deadlineMs, intervalMs: 10 }).catch(() => Promise.reject(new Error(`neither answered nor closed: ${JSON.stringify(packets).slice(0, 2000)}`)))]);
  socket.destroy();
  return answer;
}

function isServed(port: () => number, deadlineMs?: number): (conversation: Conversation) => Promise<void> {
  return async (conversation) => {
    const answer = await converse(port(), conversation, deadlineMs);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
    if (answer !== '' && statuses.length === 0) throw new Error(`an answer that is none: ${JSON.stringify(answer.slice(0, 300))}`);
    if (statuses.some((status) => status >= 500)) throw new Error(`${statuses.join()} to ${JSON.stringify(conversation.packets).slice(0, 2000)}`);
    const next = await call({ host: '127.0.0.1', port: port() }, 'GET', '/healthz', { signal: AbortSignal.timeout(deadlineMs ?? DEADLINE_MS) });
    if (next.status !== 200) throw new Error(`the next one has ${next.status}`);
  };
}

const request = (head: readonly string[], body = ''): string => `${[...head, 'Host: x'].join('\r\n')}\r\n\r\n${body}`;
const create = (head: readonly string[], body = POD): string => request(['POST /create HTTP/1.1', 'Content-Type: application/json', ...head], body);
const whole = create([`Content-Length: ${POD.length}`]);
const pieces = fc.oneof(
  fc.constantFrom(whole, 'GET /healthz HTTP/1.1\r\n', 'POST /create HTTP/1.1\r\n', 'Host: x\r\n', '\r\n', 'Content-Length: 5\r\n', 'Content-Length: -1\r\n', 'Content-Length: 5\r\nContent-Length: 6\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: chunked, identity\r\n', '5\r\nhello\r\n', 'ffffffffffffffffff\r\n', '-1\r\n', '0\r\n\r\n', 'Expect: 100-continue\r\n', 'Expect: magic\r\n', 'Connection: upgrade\r\nUpgrade: websocket\r\n', 'Connection: close\r\n', 'Content-Encoding: gzip\r\n', 'CONNECT x:1 HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET http://[::1 HTTP/1.1\r\n', 'GET //\\..%00%2e%zz HTTP/1.1\r\n', '\x16\x03\x01', 'X: y\n', ' : \r\n', 'X: \0\r\n', `X: ${'y'.repeat(20_000)}\r\n`),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
);
const mixed = fc.array(pieces, { minLength: 1, maxLength: 8 });
const torn = fc.tuple(fc.constantFrom(whole, whole + whole), fc.array(fc.nat(whole.length * 2), { maxLength: 5 })).map(([text, cuts]) => {
  const places = [0, ...cuts.sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end)).filter((part) => part !== '');
});

const target = {
  name: 'HTTP framing',
  input: fc.record({ packets: fc.oneof(mixed, torn), ends: fc.boolean() }),
  runs: 60,
  check: isServed(portOf),
  outcome: 'an answer below 500 or a closed connection; the next request is served',
  nasty: [
    { packets: [create(['Content-Length: 100000000'], 'x')], ends: false },
    { packets: [create(['Transfer-Encoding: chunked'], `${'5\r\nhello\r\n'.repeat(5000)}`)], ends: false },
    { packets: [request(['GET /healthz HTTP/1.1', ...Array.from({ length: 5000 }, (_, index) => `X${index}: y`)])], ends: false },
    { packets: [request([`GET /${'a'.repeat(100_000)} HTTP/1.1`])], ends: false },
  ],
} as const;
fuzz<Conversation>(target);
catches<Conversation>(target, 'a server that says nothing and keeps the connection', isServed(() => (broken.address() as net.AddressInfo).port, 500));

test('a body that never comes whole makes no pod', async () => {
  provider.created = 0;
  await converse(portOf(), { packets: [create([`Content-Length: ${POD.length + 1}`])], ends: true });
  await converse(portOf(), { packets: [create([`Content-Length: ${POD.length}`], POD.slice(0, -1))], ends: false });
  await converse(portOf(), { packets: [create(['Transfer-Encoding: chunked'], `${POD.length.toString(16)}\r\n${POD}\r\n`)], ends: true });
  expect(provider.created).toBe(0);
  await converse(portOf(), { packets: [whole], ends: false });
  expect(provider.created).toBe(1);
});

test.each<[slow: string, packets: readonly string[]]>([
  ['headers', ['POST /create HTTP/1.1\r\nHost: x\r\n']],
  ['a body', [create([`Content-Length: ${POD.length}`], POD.slice(0, 20))]],
  ['nothing at all', []],
])('a client that is slow with %s is not waited for', async (_slow, packets) => {
  const socket = net.connect(portOf(), '127.0.0.1').on('error', () => undefined).resume();
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const packet of packets) socket.write(packet);
  if (packets.length === 0) socket.write('G'); // silence before a request is a kept-alive connection
  await closed;
});
