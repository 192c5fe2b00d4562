import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, startServer } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { type PodRow, Provider } from '../../../src/provider/index.js';
import { call, type Endpoint } from '../../support/endpoint.js';

const ROW: PodRow = { namespace: 'default', name: 'pod', uid: 'u', phase: 'Running', ready: 1, containers: 1, restarts: 0, notes: [] };

class RowsProvider extends Provider {
  override podRows(): readonly PodRow[] {
    return [ROW];
  }
}

async function listening(isLocal: boolean, test: (endpoint: Endpoint) => Promise<void>): Promise<void> {
  const server = http.createServer(createApp(new RowsProvider(), { log: silentLogger, isLocal }));
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

test('an address beyond this host does not answer it', () =>
  listening(false, async (endpoint) => {
    const answer = await ask(endpoint, '/debug/pods');
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('default');
  }));

test.each(['/debug/pods', '/metrics'])('%s: a name that was turned to the loopback address is refused', (path) =>
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
