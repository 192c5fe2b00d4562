import { chmod } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as NetServer, type AddressInfo, type ListenOptions } from 'node:net';
import { watchConnections } from './connections.js';
import { clearSocketPath } from './unix-socket.js';

/** Owner and group: who may connect may run containers. */
export const DEFAULT_SOCKET_MODE = 0o660;

/** Where to listen: a TCP address (port 0: any free one), or a unix socket. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly socketPath: string; readonly socketMode?: number };

export type ServerOptions = ListenAddress & { readonly app: RequestListener };

export interface RunningServer {
  /** `http://127.0.0.1:4000` or `unix:///run/interlink/plugin.sock`. */
  readonly address: string;
  /**
   * Stops accepting, lets requests finish for up to `graceMs`, then breaks the rest off. Pods are not touched.
   * Resolves when every connection is closed; a second call is the same close.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Only the reading of a request is bounded: /create may take 100 s and a followed log has no end. Go's client keeps idle
 * connections for 90 s; that it closes them first, not the server, keeps a /create from meeting a closed one.
 */
const LIMITS = {
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 120_000,
  keepAlive: true, // finds readers that vanished without a word
  keepAliveInitialDelay: 30_000,
  noDelay: true,
} as const;

/**
 * Serves `app`. A socket file left behind by a dead process is replaced.
 * @throws Error when the address is in use or may not be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer(LIMITS, options.app);
  const close = closerOf(server);
  if ('socketPath' in options) {
    const { socketPath, socketMode = DEFAULT_SOCKET_MODE } = options;
    await clearSocketPath(socketPath);
    await listenPrivately(server, socketPath);
    await chmod(socketPath, socketMode);
    return { address: `unix://${socketPath}`, close };
  }
  await listen(server, { host: options.host, port: options.port });
  return { address: toUrl(server.address() as AddressInfo), close };
}

function listen(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The socket is bound before `listen` returns; until its mode is set nobody else may connect. */
function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177);
  try {
    return listen(server, { path });
  } finally {
    process.umask(before);
  }
}

function toUrl({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function closerOf(server: Server): (graceMs: number) => Promise<void> {
  const connections = watchConnections(server);
  let closing: Promise<void> | undefined;
  const close = (graceMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => connections.breakOff(), graceMs);
      // not http's own `close`: it cuts answers that are not sent off yet
      NetServer.prototype.close.call(server, (error) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      });
      connections.drain();
    });
  return (graceMs) => (closing ??= close(graceMs));
}
