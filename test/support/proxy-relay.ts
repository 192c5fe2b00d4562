import http from 'node:http';
import net from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Endpoint } from './endpoint.js';
import { pipeHalf } from './proxy-cut.js';

/** Headers that belong to one connection, not to the message. */
const PER_CONNECTION: readonly string[] = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection'];

/**
 * Sends a request on to the engine, one of unknown length streamed; closes that connection when the caller leaves.
 * @returns the engine's answer with its body still to be read; `undefined` when there is none
 */
export function requestUpstream(
  engine: Endpoint,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<http.IncomingMessage | undefined> {
  const { method, url: path } = request;
  if (response.destroyed || request.socket.destroyed) return Promise.resolve(undefined);
  const hasChunks = request.headers['transfer-encoding'] !== undefined;
  const headers = { ...withoutConnection(request.headers), ...(hasChunks && { 'transfer-encoding': 'chunked' }) };
  return new Promise((resolve) => {
    const upstream = http.request({ ...engine, method, path, headers, agent: false });
    response.once('close', () => upstream.destroy());
    upstream.once('response', resolve).once('error', () => resolve(undefined));
    // A body cut short must not look like a whole one. One of known length goes in one write, and nothing after it: an engine that has
    // answered and closed by then would make even the empty write at its end fail, and its answer be lost.
    if (hasChunks) pipeline(request, upstream, () => undefined);
    else void buffer(request).then((body) => upstream.end(body), (error: Error) => upstream.destroy(error));
  });
}

/** Passes the head of an answer on; what follows is lost. */
export function relayHead(answered: http.IncomingMessage, response: http.ServerResponse): void {
  response.writeHead(answered.statusCode ?? 502, withoutConnection(answered.headers));
  response.flushHeaders();
  response.once('close', () => answered.destroy());
  answered.resume();
}

/** Passes the engine's answer on as it comes; an answer that breaks off breaks off for the caller as well. */
export function relayResponse(answered: http.IncomingMessage, response: http.ServerResponse): void {
  if (response.destroyed) return void answered.destroy(); // the caller left while its answer was held back
  response.writeHead(answered.statusCode ?? 502, withoutConnection(answered.headers));
  response.flushHeaders();
  pipeline(answered, response, (error) => {
    if (error) response.destroy();
  });
}

export interface UpgradeRules {
  /** Is told the engine's status before anything of its answer reaches the caller, and may hold it back or refuse it. */
  readonly passOn: (status: number | undefined) => Promise<boolean>;
  /** What follows the engine's head breaks off in its middle. */
  readonly isHalved: boolean;
}

/** Passes an upgrade on (attach, exec) byte by byte, each direction closed by itself. */
export function relayUpgrade(
  engine: Endpoint,
  request: http.IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { passOn, isHalved }: UpgradeRules,
): void {
  const engineSocket = net.connect({ ...('socketPath' in engine ? { path: engine.socketPath } : engine), allowHalfOpen: true });
  engineSocket.on('error', () => socket.destroy());
  engineSocket.once('end', () => socket.end());
  socket.once('close', () => engineSocket.destroy());
  engineSocket.write(headOf(request));
  engineSocket.write(head);
  socket.pipe(engineSocket);
  engineSocket.once('data', (first: Buffer) => {
    engineSocket.pause();
    const status = Number(/^HTTP\/1\.\d (\d+)/.exec(first.toString('latin1', 0, 32))?.[1]);
    void passOn(status).then((isPassed) => {
      if (!isPassed) return socket.destroy();
      socket.write(first);
      // A refusal is short and came whole; ending here keeps later requests from passing by uncounted.
      if (status !== 101) return socket.end();
      return isHalved ? pipeHalf(engineSocket.resume(), socket) : engineSocket.pipe(socket);
    });
  });
}

/** What a caller that wants an upgrade is answered instead. */
export function refusalOf({ status, body }: { readonly status: number; readonly body: string }): string {
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function headOf({ method, url, httpVersion, rawHeaders }: http.IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What belongs to the message. */
export function withoutConnection(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_CONNECTION.includes(name)));
}
