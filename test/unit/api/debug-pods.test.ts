import http from 'node:http';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createApp, startServer } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { type PodDetails, type PodRow, Provider } from '../../../src/provider/index.js';
import { call, type Endpoint } from '../../support/endpoint.js';

const ROW: PodRow = { namespace: 'default', name: 'pod', uid: 'u', phase: 'Running', ready: 1, containers: 1, restarts: 0, notes: [] };

const DETAILS: PodDetails = { row: ROW, why: 'it runs', initContainers: [], containers: [], events: [] };

class RowsProvider extends Provider {
  override podRows(): readonly PodRow[] {
    return [ROW];
  }

  override podDetails(podUid: string): PodDetails | undefined {
    return podUid === ROW.uid ? DETAILS : undefined;
  }
}
class SilentProvider extends Provider {}

async function listening(isLocal: boolean, test: (endpoint: Endpoint) => Promise<void>, provider: Provider = new RowsProvider()): Promise<void> {
  const server = http.createServer(createApp(provider, { log: silentLogger, isLocal }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await test({ host: '127.0.0.1', port: (server.address() as { port: number }).port });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const ask = (endpoint: Endpoint, path: string, host?: string) => call(endpoint, 'GET', path, { ...(host !== undefined && { headers: { host } }) });

test('this host is told of the pods', () =>
  listening(true, async (endpoint) => {
    const answer = await ask(endpoint, '/debug/pods');
    expect([answer.status, answer.json()]).toEqual([200, [ROW]]);
  }));

test('this host is told of one pod', () =>
  listening(true, async (endpoint) => {
    const answer = await ask(endpoint, '/debug/pods/u');
    expect([answer.status, answer.json()]).toEqual([200, DETAILS]);
  }));

test('a path that cannot be decoded is the asker\'s mistake', () =>
  listening(true, async (endpoint) => expect((await ask(endpoint, '/debug/pods/%zz')).status).toBe(400)));

test.each(['/debug/pods', '/metrics'])('%s: an old client that names no host is answered', (path) =>
  listening(true, async (endpoint) => {
    const socket = connect(endpoint as { host: string; port: number });
    socket.end(`GET ${path} HTTP/1.0\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
  }));

test.each([['x-forwarded-for', '10.0.0.1'], ['x-forwarded-host', 'localhost'], ['forwarded', 'for=10.0.0.1'], ['via', '1.1 proxy']])('what a proxy passes on (%s) is refused', (name, value) =>
  listening(true, async (endpoint) => {
    for (const path of ['/debug/pods', '/debug/pods/u', '/debug/node']) {
      const answer = await call(endpoint, 'GET', path, { headers: { [name]: value } });
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining(name)]);
    }
    expect((await call(endpoint, 'GET', '/metrics', { headers: { [name]: value } })).status).toBe(200);
  }));

test.each(['/debug/pods/v', '/debug/pods/%00', '/debug/pods/..%2Fu'])('%s: of a pod that nobody has heard of nothing is told', (path) =>
  listening(true, async (endpoint) => {
    const answer = await ask(endpoint, path);
    expect([answer.status, answer.text]).toEqual([404, expect.stringMatching(/^this plugin has never heard of/)]);
  }));

test.each(['/debug/pods', '/debug/pods/u'])('%s: a plugin that does not tell of its pods says so', (path) =>
  listening(true, async (endpoint) => expect((await ask(endpoint, path)).status).toBe(501), new SilentProvider()));

test.each(['/debug/pods', '/debug/pods/u', '/debug/pods/v'])('%s: an address beyond this host does not answer it', (path) =>
  listening(false, async (endpoint) => {
    const answer = await ask(endpoint, path);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('default');
  }));

test.each(['/debug/pods', '/debug/pods/u', '/metrics'])('%s: a name that was turned to the loopback address is refused', (path) =>
  listening(true, async (endpoint) => {
    expect((await ask(endpoint, path, 'page.example')).status).toBe(403);
    expect((await ask(endpoint, path, 'localhost.page.example:4000')).status).toBe(403);
    for (const own of ['localhost:4000', 'LOCALHOST', 'plugin.localhost', '127.0.0.1:4000', '[::1]:4000']) expect([own, (await ask(endpoint, path, own)).status]).toEqual([own, 200]);
  }));

test('a unix socket is asked under any name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'debug-'));
  const socketPath = join(directory, 'plugin.sock');
  const server = await startServer({ app: createApp(new RowsProvider(), { log: silentLogger, isLocal: true }), socketPath });
  try {
    expect((await ask({ socketPath }, '/debug/pods', 'plugin')).status).toBe(200);
  } finally {
    await server.close(0);
    rmSync(directory, { recursive: true });
  }
});
