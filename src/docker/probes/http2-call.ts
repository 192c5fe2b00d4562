import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { MOST_OUTPUT_BYTES } from './types.js';

export interface Http2Request {
  /** `https:` is TLS, whose certificate is not verified; otherwise both sides know that it is HTTP/2. */
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

export interface Http2Answer {
  /** Trailers among them. */
  readonly headers: IncomingHttpHeaders;
  /** Its beginning; the rest is not read. */
  readonly body: Buffer;
}

/** One request on a connection of its own, which it closes. Rejects when that breaks or `signal` is aborted. */
export function callHttp2({ url, headers, body }: Http2Request, connection: Duplex, signal: AbortSignal): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const session = connect(url, { createConnection: () => (url.protocol === 'https:' ? connectTls({ socket: connection, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) : connection) });
    const end = (finish: () => void): void => {
      signal.removeEventListener('abort', leave);
      finish();
      session.destroy();
      connection.destroy();
    };
    const leave = (): void => end(() => reject(new Error('aborted')));
    const fail = (error: Error): void => end(() => reject(error));
    connection.on('error', fail);
    session.on('error', fail);
    signal.addEventListener('abort', leave, { once: true });
    const stream = session.request({ ':path': `${url.pathname}${url.search}`, ...headers });
    let received: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    const collect = (more: IncomingHttpHeaders): void => void (received = { ...received, ...more });
    const finish = (): void => end(() => resolve({ headers: received, body: Buffer.concat(chunks).subarray(0, MOST_OUTPUT_BYTES) }));
    stream.on('error', fail);
    stream.on('response', collect);
    stream.on('trailers', collect);
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_OUTPUT_BYTES) finish();
    });
    stream.on('end', finish);
    stream.on('close', () => fail(new Error('the connection was closed without an answer')));
    stream.end(body);
  });
}
