import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, startServer } from '../../../src/api/index.js';
import { checkHealth } from '../../../src/commands/health.js';
import { silentLogger } from '../../../src/log.js';
import { Provider } from '../../../src/provider/index.js';

class Empty extends Provider {}

let directory: string;
let servers: Server[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'health-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

const TLS = { certFile: '/c', keyFile: '/k', clientCaFile: '/a' };

/** Answers everything with one status. @returns its port */
async function answering(status: number): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status).end('not well')).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a plugin that serves is healthy, and one that has gone is not', async () => {
  const path = join(directory, 'plugin.sock');
  const server = await startServer({ app: createApp(new Empty(), { log: silentLogger }), socketPath: path });
  const listen = { kind: 'socket', path, mode: 0o660 } as const;
  await expect(checkHealth(listen)).resolves.toBeUndefined();
  await server.close(100);
  await expect(checkHealth(listen)).rejects.toThrow(`No plugin listens at unix://${path}`);
});

test('one that answers but does not serve is not healthy', async () => {
  const port = await answering(503);
  await expect(checkHealth({ kind: 'tcp', host: '127.0.0.1', port })).rejects.toThrow('HTTP 503');
});

test('over TLS, for which a client needs a certificate, a connection is enough', async () => {
  const port = await answering(200);
  await expect(checkHealth({ kind: 'tcp', host: '127.0.0.1', port, tls: TLS })).resolves.toBeUndefined();
  const [server] = servers.splice(0);
  await new Promise((resolve) => server?.close(resolve));
  await expect(checkHealth({ kind: 'tcp', host: '127.0.0.1', port, tls: TLS })).rejects.toThrow('ECONNREFUSED');
});
