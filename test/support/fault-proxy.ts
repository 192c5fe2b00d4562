import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './endpoint.js';
import { type CallHook, type CallMatcher, type ProxiedCall, Rules, toPredicate } from './proxy-rules.js';
import { relayHalf } from './proxy-cut.js';
import { refusalOf, relayHead, relayResponse, relayUpgrade, requestUpstream, withoutConnection } from './proxy-relay.js';

export type { CallHook, CallMatcher, ProxiedCall } from './proxy-rules.js';

export interface FaultProxyOptions {
  /** Which calls are numbered. Default: all but `GET /events`, which is open all the time. */
  readonly isNumbered?: (method: string, path: string) => boolean;
}

interface OpenCall {
  readonly call: ProxiedCall;
  readonly connection: Duplex;
  readonly end: () => void;
}

/**
 * Stands on a unix socket in front of an engine, passes every request on, and does harm where a test says so.
 * Requests on one kept-alive connection are counted one by one; streams and upgraded connections are passed through.
 */
export class FaultProxy {
  /** Every call so far, numbered or not, in the order of arrival. */
  readonly calls: ProxiedCall[] = [];
  private readonly directory = mkdtempSync(join(tmpdir(), 'fault-proxy-'));
  readonly socketPath = join(this.directory, 'engine.sock');
  readonly dockerHost = `unix://${this.socketPath}`;
  readonly endpoint: Endpoint = { socketPath: this.socketPath };
  private numbered = 0;
  private readonly hookErrors: unknown[] = [];
  private readonly before = new Rules<CallHook>();
  private readonly after = new Rules<CallHook>();
  private readonly answers = new Rules<{ readonly status: number; readonly body: string }>();
  private readonly halves = new Rules<true>();
  private readonly muted = new Rules<true>();
  private readonly open = new Set<OpenCall>();
  private readonly connections = new Set<Duplex>();
  private readonly server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });

  private constructor(
    private readonly engine: Endpoint,
    private readonly options: FaultProxyOptions,
  ) {
    this.server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
    this.server.on('request', (request, response) => void this.handle(request, response));
    this.server.on('upgrade', (request, socket, head) => void this.handleUpgrade(request, socket, head));
  }

  static async start(engine: Endpoint, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(engine, options);
    await proxy.resume();
    return proxy;
  }

  /** Before the call reaches the engine. The returned function takes the rule back; so everywhere here. */
  beforeCall(matcher: CallMatcher, hook: CallHook): () => void {
    return this.before.add(matcher, hook);
  }

  /** After the engine has answered (its headers; all of its work is done), before anything of the answer is passed on. */
  afterAnswer(matcher: CallMatcher, hook: CallHook): () => void {
    return this.after.add(matcher, hook);
  }

  /** Holds the call back before the engine sees it. */
  delay(matcher: CallMatcher, ms: number): () => void {
    return this.beforeCall(matcher, () => sleep(ms));
  }

  /** Answers in the engine's place, which does not see the call. */
  answer(matcher: CallMatcher, status: number, body: unknown = { message: `the proxy says ${status}` }): () => void {
    return this.answers.add(matcher, { status, body: typeof body === 'string' ? body : JSON.stringify(body) });
  }

  /** Breaks the answer off in the middle; of a stream, in the middle of what has come of it when it first falls silent. */
  halve(matcher: CallMatcher): () => void {
    return this.halves.add(matcher, true);
  }

  /** Passes the head of the answer on and nothing of what follows, as a stream does that has died without a word. */
  mute(matcher: CallMatcher): () => void {
    return this.muted.add(matcher, true);
  }

  /** Destroys the connections of calls that are under way; without a matcher every connection. */
  cut(matcher?: CallMatcher): void {
    if (matcher === undefined) for (const connection of this.connections) connection.destroy();
    else for (const { call, connection } of this.open) if (toPredicate(matcher)(call)) connection.destroy();
  }

  /** The engine is away: nothing is accepted, everything open is cut. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }

  /** The engine is back. */
  resume(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.socketPath, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** Forgets the calls so far: the next numbered one is 1. Rules stay. */
  restartCount(): void {
    this.calls.length = 0;
    this.numbered = 0;
  }

  /** @throws AggregateError with what hooks threw, which the proxy could tell nobody */
  async stop(): Promise<void> {
    if (this.server.listening) await this.refuse();
    this.cut();
    rmSync(this.directory, { recursive: true, force: true });
    if (this.hookErrors.length > 0) throw new AggregateError(this.hookErrors, 'a hook of the fault proxy failed');
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const call = this.register(request, request.socket);
    response.once('close', () => this.finish(call));
    const [canned] = this.answers.for(call);
    if (!(await this.run(this.before, call))) return void request.socket.destroy();
    if (canned !== undefined) {
      call.status = canned.status;
      request.resume();
      return void response.writeHead(canned.status, { 'content-type': 'application/json' }).end(canned.body);
    }
    const answered = await requestUpstream(this.engine, request, response);
    if (answered === undefined) return void request.socket.destroy();
    call.status = answered.statusCode;
    if (!(await this.run(this.after, call))) return void request.socket.destroy();
    if (this.isHalved(call)) return relayHalf(answered, withoutConnection(answered.headers), response);
    if (this.muted.for(call).length > 0) return relayHead(answered, response);
    relayResponse(answered, response);
  }

  private async handleUpgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const call = this.register(request, socket);
    socket.once('close', () => this.finish(call));
    socket.on('error', () => socket.destroy());
    const [canned] = this.answers.for(call);
    if (!(await this.run(this.before, call))) return void socket.destroy();
    if (canned !== undefined) {
      call.status = canned.status;
      return void socket.end(refusalOf(canned));
    }
    const passOn = (status: number | undefined): Promise<boolean> => {
      call.status = status;
      return this.run(this.after, call);
    };
    relayUpgrade(this.engine, request, socket, head, { passOn, isHalved: this.isHalved(call) });
  }

  private isHalved(call: ProxiedCall): boolean {
    return this.halves.for(call).length > 0;
  }

  /** @returns whether the call goes on */
  private async run(hooks: Rules<CallHook>, call: ProxiedCall): Promise<boolean> {
    try {
      for (const hook of hooks.for(call)) if ((await hook(call)) === 'cut') return false;
      return true;
    } catch (error) {
      this.hookErrors.push(error);
      return false;
    }
  }

  private register(request: http.IncomingMessage, connection: Duplex): ProxiedCall {
    const url = new URL(request.url ?? '/', 'http://engine');
    const method = request.method ?? 'GET';
    const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '');
    const isNumbered = this.options.isNumbered?.(method, path) ?? path !== '/events';
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const call = { k: isNumbered ? ++this.numbered : undefined, method, path, query: url.searchParams, status: undefined, isOver: false, over };
    this.calls.push(call);
    this.open.add({ call, connection, end });
    return call;
  }

  private finish(call: ProxiedCall): void {
    call.isOver = true;
    for (const one of this.open) {
      if (one.call !== call) continue;
      this.open.delete(one);
      one.end();
    }
  }
}
