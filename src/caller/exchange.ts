import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../errors.js';
import { PluginUnreachable } from './call-errors.js';
import type { PluginAddress } from './plugin-url.js';

/** One request as interLink's API server makes it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `Interlink-Http-Session`. */
  readonly session: string;
  /** Sent as JSON; a Buffer as it is. */
  readonly body: unknown;
  /** Default: that of JSON, as interLink sends it; `null`: none. */
  readonly contentType?: string | null;
  readonly signal: AbortSignal;
}

/** PEM texts with which a caller proves itself to a plugin over TLS, and by which it knows that plugin. */
export interface CallerTls {
  /** Authorities of which one must have signed the plugin's certificate. Default: Node's own. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Decompressed; fails when the connection breaks before the end. */
  readonly stream: Readable;
}

/**
 * Sends a call with a body, GET included, and exactly the headers that Go sends. Resolves with the head of the answer.
 * @throws PluginUnreachable; `signal.reason` when aborted
 */
export function exchange(address: PluginAddress, call: Call, tls: CallerTls = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = Buffer.isBuffer(call.body) ? call.body : Buffer.from(JSON.stringify(call.body));
    const { contentType = 'application/json' } = call;
    const isTls = address.kind === 'tcp' && address.isTls;
    const outgoing = (isTls ? requestTls : request)({
      ...(isTls ? tls : {}),
      ...(address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port }),
      method: call.method,
      path: call.path,
      agent: false,
      signal: call.signal,
      headers: {
        Host: address.kind === 'socket' ? 'unix' : hostHeader(address),
        'User-Agent': 'Go-http-client/1.1',
        'Content-Length': body.length,
        ...(contentType !== null && { 'Content-Type': contentType }),
        'Interlink-Http-Session': call.session,
        'Accept-Encoding': 'gzip',
      },
    });
    // Node would add one of its own.
    outgoing.removeHeader('Connection');
    outgoing.on('error', (error) => reject(toCallError(call, error)));
    outgoing.on('response', (incoming) => {
      // From here on the failure belongs to the stream.
      outgoing.on('error', () => incoming.destroy());
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, stream: decompress(incoming) });
    });
    outgoing.end(body);
  });
}

/** The whole answer as text. @throws PluginUnreachable when it breaks off; `signal.reason` when aborted */
export async function readText(answer: Answer, call: Call): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer.stream) chunks.push(chunk as Buffer);
  } catch (error) {
    throw toCallError(call, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toCallError(call: Call, error: unknown): Error {
  // The reason of an abort is whatever its owner chose, by custom an Error.
  const reason = call.signal.aborted ? (call.signal.reason as Error) : undefined;
  if (reason?.name === 'TimeoutError') return new PluginUnreachable(`${call.method} ${call.path}`, 'ETIMEDOUT', 'it took too long', { cause: reason });
  if (reason !== undefined) return reason;
  const code = (error as NodeJS.ErrnoException).code;
  return new PluginUnreachable(`${call.method} ${call.path}`, code, messageOf(error), { cause: error });
}

function decompress(incoming: IncomingMessage): Readable {
  if (incoming.headers['content-encoding'] !== 'gzip') return incoming;
  // Errors of either end reach the reader through the stream that is returned.
  return pipeline(incoming, createGunzip(), () => undefined);
}

function hostHeader({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
