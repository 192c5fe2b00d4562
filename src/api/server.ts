import { chmod, chown } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { Server as NetServer, type AddressInfo, type ListenOptions } from 'node:net';
import { watchConnections } from './connections.js';
import { readGroupId } from './socket-group.js';
import { clearSocketPath } from './unix-socket.js';

/** Owner and group: who may connect may run containers. */
export const DEFAULT_SOCKET_MODE = 0o660;

/** PEM texts of a TLS endpoint whose callers prove themselves by a certificate that one of `clientCa` has signed. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string;
}

/** A unix socket, of a group by name or id. */
export interface SocketAddress {
  readonly socketPath: string;
  readonly socketMode?: number;
  readonly socketGroup?: string;
}

/** Where to listen: a TCP address (port 0: any free one), or a unix socket. */
export type ListenAddress = SocketAddress | { readonly host: string; readonly port: number; readonly tls?: ServerTls };

/** How long the reading of a request may take, and how often that is looked at. */
export interface ReadLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** What is served. */
export interface App {
  readonly app: RequestListener;
  /** For the tests. Default: 20 s for headers, 60 s for all of it, looked at every 30 s. */
  readonly limits?: ReadLimits;
}

/** What is served, and where. */
export type ServerOptions = ListenAddress & App;

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:4000`, `https://…` or `unix:///run/interlink/plugin.sock`. */
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

/** In the place of an owner: the same as before. */
const KEEP = -1;

/** Of a handshake: before it is over nobody knows who calls. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Serves `app`. A socket file left behind by a dead process is replaced.
 * @throws Error when the address is in use or may not be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if ('socketPath' in options) return serveSocket(options);
  const { app, host, port, tls, limits } = options;
  const bounds = { ...LIMITS, ...limits };
  const server = tls === undefined ? createServer(bounds, app) : createTlsServer({ ...bounds, ...toTlsOptions(tls) }, app);
  const close = closerOf(server);
  await listen(server, { host, port });
  return { address: toUrl(tls === undefined ? 'http' : 'https', server.address() as AddressInfo), close };
}

async function serveSocket({ app, limits, socketPath, socketMode = DEFAULT_SOCKET_MODE, socketGroup }: SocketAddress & App): Promise<RunningServer> {
  const server = createServer({ ...LIMITS, ...limits }, app);
  const close = closerOf(server);
  const groupId = socketGroup === undefined ? undefined : await readGroupId(socketGroup);
  await clearSocketPath(socketPath);
  await listenPrivately(server, socketPath);
  try {
    if (groupId !== undefined) await chown(socketPath, KEEP, groupId);
    await chmod(socketPath, socketMode);
  } catch (error) {
    // Left open it would keep the process alive, and answering, with nothing behind it.
    await close(0);
    throw error;
  }
  return { address: `unix://${socketPath}`, close };
}

function toTlsOptions({ cert, key, clientCa }: ServerTls): object {
  return { cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
}

function listen(server: Server | TlsServer, where: ListenOptions): Promise<void> {
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

function toUrl(scheme: string, { address, family, port }: AddressInfo): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function closerOf(server: Server | TlsServer): (graceMs: number) => Promise<void> {
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
