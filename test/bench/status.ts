import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave } from './measure.js';
import { NO_FIGURES, type Row } from './table.js';

const CONNECTIONS = 8;
const REQUESTS = 4_000;

/** GET /status of one pod out of 500 known ones, against an express route that parses the same body and answers the same bytes. */
export async function benchStatus(rounds: number): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const server = fork(fileURLToPath(new URL('./status-server.js', import.meta.url)), [directory]);
  try {
    const [{ body }] = (await once(server, 'message')) as [{ body: string }];
    const subject = (name: string) => ({ name, run: () => requestsPerSecond(join(directory, `${name}.sock`), body) });
    const figures = await interleave([subject('plugin'), subject('empty')], rounds);
    console.log(`engine calls made by ${(rounds + 1) * REQUESTS} status requests with 500 pods known: ${await engineCalls(server)}\n`);
    return [{ what: '`/status` with 500 pods known, against an empty express route', ours: figures.get('plugin') ?? NO_FIGURES, theirs: figures.get('empty') ?? NO_FIGURES, unit: '/s', target: { atLeast: 0.5 } }];
  } finally {
    server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function engineCalls(server: ChildProcess): Promise<number> {
  server.send('count');
  const [{ calls }] = (await once(server, 'message')) as [{ calls: number }];
  return calls;
}

/** GET /status over so many connections at once. */
export async function requestsPerSecond(socketPath: string, body: string, requests = REQUESTS): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await get(socketPath, body, agent);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return (requests / (performance.now() - begin)) * 1000;
}

function get(socketPath: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request({ socketPath, path: '/status', method: 'GET', agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`/status answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end(body);
  });
}
