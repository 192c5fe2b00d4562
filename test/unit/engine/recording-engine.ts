import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { EngineAddress } from '../../../src/engine/index.js';

/** One request as it came over the socket. */
export interface RecordedRequest {
  readonly method: string;
  /** As sent: with the API version and the query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Handler = (request: RecordedRequest, response: http.ServerResponse) => void;

const VERSION = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Arch: 'amd64' };

/** An HTTP server on a unix socket that records what it is asked, and answers as a test says. */
export class RecordingEngine {
  readonly requests: RecordedRequest[] = [];
  /** Most requests that were unanswered at one moment, the version's left out. */
  mostAtOnce = 0;
  private atOnce = 0;
  private readonly handlers = new Map<string, Handler>([['GET /version', json(200, VERSION)]]);
  private server: http.Server | undefined;
  private readonly directory = mkdtempSync(join(tmpdir(), 'engine-'));

  get address(): EngineAddress {
    return { kind: 'socket', path: join(this.directory, 'engine.sock') };
  }

  /** What was asked, the question for the version left out. */
  get asked(): readonly RecordedRequest[] {
    return this.requests.filter(({ url }) => !url.endsWith('/version'));
  }

  /** @param route method and path without API version and query, e.g. `GET /info`; `*` for whatever has no handler of its own */
  on(route: string, handler: Handler): this {
    this.handlers.set(route, handler);
    return this;
  }

  async listen(): Promise<this> {
    this.server = http.createServer((request, response) => void this.handle(request, response));
    this.server.listen(join(this.directory, 'engine.sock'));
    await once(this.server, 'listening');
    return this;
  }

  /** Breaks every connection; nothing listens from then on. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const recorded = { method, url, headers, body: await buffer(request).catch(() => Buffer.alloc(0)) };
    this.requests.push(recorded);
    const path = url.replace(/^\/v1\.\d+/, '').replace(/\?.*$/, '');
    if (path !== '/version') this.count(response);
    const handler = this.handlers.get(`${method} ${path}`) ?? this.handlers.get('*') ?? json(404, { message: `no handler for ${path}` });
    handler(recorded, response);
  }

  private count(response: http.ServerResponse): void {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    response.once('close', () => this.atOnce--);
  }
}

/** Answers at once with JSON; without a body when there is none. */
export function json(status: number, body?: unknown): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
}

/** Begins a streamed answer and gives it to the test to go on with. */
export function streaming(begun: (response: http.ServerResponse) => void): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.flushHeaders();
    begun(response);
  };
}

/** Sends the headers and `start` of a longer answer, then breaks the connection. */
export function dyingAfter(status: number, start: string): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.flushHeaders();
    if (start === '') response.destroy();
    else response.write(start, () => response.destroy());
  };
}

/** Answers that a test gives when it wants to. */
export class HeldAnswers {
  private readonly held: { readonly request: RecordedRequest; readonly response: http.ServerResponse }[] = [];

  readonly handler: Handler = (request, response) => void this.held.push({ request, response });

  get count(): number {
    return this.held.length;
  }

  /** Requests that are unanswered, the oldest first. */
  get urls(): readonly string[] {
    return this.held.map(({ request }) => request.url);
  }

  release(status: number, body?: unknown): void {
    for (const { request, response } of this.held.splice(0)) json(status, body)(request, response);
  }
}
