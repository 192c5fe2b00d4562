import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endpoint } from './endpoint.js';

/** Writes to a running container's standard input over a connection of its own, and leaves. */
export async function attachStdin(endpoint: Endpoint, containerId: string, text: string): Promise<void> {
  const socket = await new Promise<Duplex>((resolve, reject) => {
    const request = http.request({ ...endpoint, agent: false, method: 'POST', path: `/containers/${containerId}/attach?stream=1&stdin=1`, headers: { Connection: 'Upgrade', Upgrade: 'tcp' } });
    // What is sent before the engine's answer is lost.
    request.once('upgrade', (_response, stream) => resolve(stream)).once('response', (response) => reject(new Error(`no attach: ${response.statusCode}`))).once('error', reject).end();
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  socket.end(text);
  await closed;
}
