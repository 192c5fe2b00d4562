import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { type RunningServer, startServer } from '../../../src/api/index.js';
import { type Certificate, CertificateMaker } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';

const maker = new CertificateMaker();
const authority = maker.authority('authority');
const stranger = maker.authority('stranger');
const own = maker.signed('plugin', authority, 'serverAuth');
const caller = maker.signed('caller', authority, 'clientAuth');
const foreign = maker.signed('foreign', stranger, 'clientAuth');

let server: RunningServer;
let release: () => void = () => undefined;
let reached = 0;
beforeAll(async () => {
  const app: RequestListener = (request, response) => {
    reached++;
    if (request.url === '/held') release = () => response.end('released');
    else response.end('ok');
  };
  server = await startServer({ app, host: '127.0.0.1', port: 0, tls: { cert: own.cert, key: own.key, clientCa: authority.cert } });
});
beforeEach(() => {
  reached = 0;
});
afterAll(async () => {
  await server.close(0);
  maker.remove();
});

function ask(path: string, certificate: Certificate | undefined, agent?: Agent): Promise<IncomingMessage> {
  const proof = certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key };
  return new Promise((resolve, reject) => {
    tlsRequest(server.address + path, { agent: agent ?? false, ca: authority.cert, ...proof }, resolve).once('error', reject).end();
  });
}

test('P56: who has a certificate of the authority is served, over TLS', async () => {
  expect(server.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(await text(await ask('/', caller))).toBe('ok');
});

test.each<[who: string, certificate: () => Certificate | undefined]>([
  ['nobody', () => undefined],
  ['a caller of another authority', () => foreign],
  ['another authority itself', () => stranger],
])('P56: %s is refused at the handshake', async (_who, certificate) => {
  await expect(ask('/', certificate())).rejects.toThrow(/alert|ECONNRESET|socket hang up/);
  expect(reached).toBe(0);
});

test('P56: plain HTTP and old TLS are refused', async () => {
  const { port } = new URL(server.address);
  const plain = new Promise((resolve, reject) => void httpRequest({ host: '127.0.0.1', port, agent: false }, resolve).once('error', reject).end());
  await expect(plain).rejects.toThrow();
  const old: SecureVersion = 'TLSv1.1';
  const socket = connectTls({ host: '127.0.0.1', port: Number(port), ca: authority.cert, cert: caller.cert, key: caller.key, minVersion: old, maxVersion: old, ciphers: 'DEFAULT@SECLEVEL=0' });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toMatch(/version|protocol/);
  expect(reached).toBe(0);
});

test('a close waits for an answer under way, and for nobody who has not shown himself', async () => {
  const agent = new TlsAgent({ keepAlive: true });
  await text(await ask('/', caller, agent)); // an idle connection
  const held = ask('/held', caller);
  await eventually(() => reached >= 2);
  const mute: Socket = connect(Number(new URL(server.address).port), '127.0.0.1');
  await once(mute, 'connect');
  const closed = server.close(1000);
  release();
  expect(await text(await held)).toBe('released');
  await closed;
  agent.destroy();
  mute.destroy();
});
