import { access, constants, lstat, readFile, stat } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { PluginRefused } from '../../caller/index.js';
import { askNode } from '../../cli/index.js';
import type { ListenAddress } from '../../config/index.js';
import { messageOf } from '../../errors.js';
import type { AddressFacts, DirectoryFacts, HostRange } from './facts.js';
import { codeOf } from './look-engine.js';
import { parseRoutes } from './routes.js';

/** What engines make for their own networks. */
const BRIDGE = /^(br-|docker|veth)/;

/** What a plugin answers that others than this host can reach. */
const FORBIDDEN = 403;

/** Addresses and routes of this host. */
export async function hostRanges(): Promise<readonly HostRange[]> {
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [{ name, cidr }] : [])));
  const routes = parseRoutes(await readFile('/proc/net/route', 'utf8').catch(() => ''));
  return [...interfaces, ...routes].filter(({ name }) => !BRIDGE.test(name));
}

/** A directory that the plugin makes where it is missing. */
export async function lookAtDirectory(path: string): Promise<DirectoryFacts> {
  let existing = path;
  while (existing !== '/' && !(await isThere(existing))) existing = dirname(existing);
  return { path, existing, isWritable: await access(existing, constants.W_OK | constants.X_OK).then(() => true, () => false) };
}

/** @param url of what listens there, as a client takes it; absent: only a client with a certificate can ask */
export async function lookAtAddress(listen: ListenAddress, url: string | undefined): Promise<AddressFacts> {
  const where = listen.kind === 'socket' ? { path: listen.path } : { host: listen.host, port: listen.port };
  if (await isAnswered(where)) return url === undefined ? { kind: 'unasked', why: 'it speaks TLS, with client certificates' } : ask(url);
  return listen.kind === 'socket' ? lookAtSocketPlace(listen.path) : tryToListen(where);
}

async function ask(url: string): Promise<AddressFacts> {
  try {
    return { kind: 'plugin', node: (await askNode(url, 'state')).node };
  } catch (error) {
    if (error instanceof PluginRefused && error.status === FORBIDDEN) return { kind: 'unasked', why: messageOf(error) };
    return { kind: 'other', answer: messageOf(error) };
  }
}

/** As at start: a missing directory is made, and a socket that nobody listens on makes way. */
async function lookAtSocketPlace(path: string): Promise<AddressFacts> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isSocket()) return { kind: 'unusable', code: 'ENOTSOCK' };
  return (await lookAtDirectory(dirname(path))).isWritable ? { kind: 'free' } : { kind: 'unusable', code: 'EACCES' };
}

function tryToListen(where: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<AddressFacts> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve({ kind: 'unusable', code: codeOf(error) ?? error.message }));
    server.listen(where, () => server.close(() => resolve({ kind: 'free' })));
  });
}

function isAnswered(where: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    if ('port' in where && where.port === 0) return resolve(false); // any free one
    const socket = connect({ ...where, timeout: 3_000 });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
