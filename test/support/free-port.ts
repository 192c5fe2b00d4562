import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Listens on every address of this host; on a port that is free where none is given. */
export async function listenOn(port = 0): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => socket.end());
  server.listen(port, '0.0.0.0');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, server };
}

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const { port, server } = await listenOn();
  server.close();
  await once(server, 'close');
  return port;
}
