import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { relayResponse, requestUpstream } from './proxy-relay.js';
import type { TestRegistry } from './registry.js';

/** What becomes of a download. */
export type Harm =
  /** Bytes, then nothing more. */
  | { readonly kind: 'hang'; readonly after: number }
  /** Bytes, then the connection breaks. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Comes in pieces. */
  | { readonly kind: 'slow'; readonly pauseMs: number };

/** A blob of an image's own content is larger than its configuration. */
const SMALLEST_LAYER = 100_000;

/** Stands in front of a registry, writes down what is asked of it, and does harm to the layers that are fetched through it. */
export class RegistryProxy {
  /** `GET /v2/app/manifests/1`, in order. */
  readonly requests: string[] = [];
  /** Authorization headers that came. */
  readonly authorizations = new Set<string>();
  /** Asked for each layer; `undefined`: none. */
  harm: () => Harm | undefined = () => undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = http.createServer((request, response) => void this.handle(request, response));

  private constructor(private readonly registry: TestRegistry) {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async start(registry: TestRegistry): Promise<RegistryProxy> {
    const proxy = new RegistryProxy(registry);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How often a manifest by this name was asked for. */
  countOf(repository: string): number {
    return this.requests.filter((line) => line.includes(`/v2/${repository}/manifests/`)).length;
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== undefined) this.authorizations.add(request.headers.authorization);
    // The registry names itself in what it refers to.
    const answered = await requestUpstream(this.registry.endpoint, request, response);
    if (answered === undefined) return void response.destroy();
    const isLayer = request.method === 'GET' && /\/blobs\//.test(request.url ?? '') && Number(answered.headers['content-length']) > SMALLEST_LAYER;
    const harm = isLayer ? this.harm() : undefined;
    if (harm === undefined) return relayResponse(answered, response);
    await relayWith(harm, answered, response);
  }
}

async function relayWith(harm: Harm, answered: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  response.writeHead(answered.statusCode ?? 502, answered.headers);
  let sent = 0;
  for await (const chunk of answered as AsyncIterable<Buffer>) {
    if (response.destroyed) return;
    response.write(chunk);
    sent += chunk.length;
    if (harm.kind === 'slow') await sleep(harm.pauseMs);
    else if (sent >= harm.after) return harm.kind === 'cut' ? void response.destroy() : void answered.destroy();
  }
  response.end();
}
