import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Duplex, Readable } from 'node:stream';
import Docker from 'dockerode';
import { EngineError, type EngineErrorTag } from './errors.js';
import type { Guard } from './types.js';

/** Where the engine listens. PEM texts for TLS; `verify` false takes any certificate of the engine. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean };
    };

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON. Never part of the URL: it holds environments. */
  readonly body?: object;
  /** Header `X-Registry-Auth`, which holds a login. */
  readonly registryAuth?: string | undefined;
  /** A tar. */
  readonly file?: Readable | Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Until the answer is whole; for streams, until it begins. Default: the connection's own limit. */
  readonly timeoutMs?: number;
  /** Of a stream: nothing in it has a reason to be late, so that one which says nothing for the connection's limit has broken. */
  readonly isSteady?: boolean;
}

/** docker-modem, as much of it as is used here; its own types leave it open. */
interface Modem {
  version: string | undefined;
  dial(options: object, callback: (error: Error | null, response: IncomingMessage | Duplex) => void): void;
}

/** Of calls that have no reason to last. Under the load of a hundred starts at once an engine has needed seconds for them. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Node's timers hold 31 bits; a longer grace than these 24 days is asked for again. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** docker-modem turns statuses it was not told of into text; the tags are made here instead, so it is told of all. */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true]));
const TAG_OF_STATUS: Readonly<Record<number, EngineErrorTag>> = { 400: 'BadRequest', 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict' };

/** Changes nothing, or what is the same for all: a wait, and the fetching of an image. */
const HARMLESS = /\/wait$|^\/images\/create$/;

/** HTTP with one engine, through dockerode: every call settles, and rejects with an EngineError only. */
export class Connection {
  private readonly modem: Modem;

  constructor(
    private readonly address: EngineAddress,
    private readonly answerTimeoutMs = ANSWER_TIMEOUT_MS,
    private readonly guard?: Guard,
    modem?: Modem,
  ) {
    this.modem = modem ?? (new Docker(toDockerOptions(address)).modem as unknown as Modem);
  }

  /** The same connection; each request that changes something is made by `guard`. */
  guarded(guard: Guard): Connection {
    return new Connection(this.address, this.answerTimeoutMs, guard, this.modem);
  }

  /** Spoken from now on, e.g. `1.41`. */
  useApi(version: string): void {
    this.modem.version = `v${version}`;
  }

  /** @returns the answer's JSON; `undefined` for an empty one */
  async call(request: EngineRequest): Promise<unknown> {
    return this.withLeave(request, () => this.callNow(request));
  }

  private async callNow(request: EngineRequest): Promise<unknown> {
    const timeout = AbortSignal.timeout(Math.min(request.timeoutMs ?? this.answerTimeoutMs, LONGEST_TIMEOUT_MS));
    const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
    const body = await this.settle(request, signal, async () => text(await this.answer(request, signal)));
    return body === '' ? undefined : parseJson(body);
  }

  /** @returns the answer's headers, of a request whose answer has no body */
  async headers(request: EngineRequest): Promise<IncomingHttpHeaders> {
    const response = await this.stream(request);
    response.resume();
    return response.headers;
  }

  /** @returns the answer as it comes; aborting `signal` or destroying it closes the connection */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    const response = await this.untilAnswered(request, (signal) => this.answer(request, signal));
    const limitMs = this.answerTimeoutMs;
    if (request.isSteady) response.setTimeout(limitMs, () => response.destroy(new EngineError('Unavailable', `the engine fell silent in the middle of its answer, for ${limitMs / 1000} s`)));
    return response;
  }

  /** @returns the connection itself, once the engine has given it over; who destroys it closes it */
  async hijack(request: EngineRequest): Promise<Duplex> {
    return this.withLeave(request, () =>
      this.untilAnswered(request, async (signal) => {
        const given = await this.dial(request, signal, true);
        if (!isAnswer(given)) return given;
        throw await toRefusal(given);
      }),
    );
  }

  private withLeave<T>({ method, path }: EngineRequest, act: () => Promise<T>): Promise<T> {
    const isAct = method !== 'GET' && method !== 'HEAD' && !HARMLESS.test(path);
    return isAct && this.guard !== undefined ? this.guard(act) : act();
  }

  /** Bounds the time until the answer begins, and not what comes of it; a connection given up is closed. */
  private async untilAnswered<T>(request: EngineRequest, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const opening = new AbortController();
    const timer = setTimeout(() => opening.abort(new Error('the engine did not answer in time')), request.timeoutMs ?? this.answerTimeoutMs);
    const signal = request.signal === undefined ? opening.signal : AbortSignal.any([request.signal, opening.signal]);
    try {
      return await this.settle(request, signal, () => ask(signal));
    } finally {
      clearTimeout(timer);
    }
  }

  private async answer(request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const response = (await this.dial(request, signal, false)) as IncomingMessage;
    if ((response.statusCode ?? 0) < 400) return response;
    throw await toRefusal(response);
  }

  private dial({ method, path, query, body, registryAuth, file }: EngineRequest, signal: AbortSignal, hijack: boolean): Promise<IncomingMessage | Duplex> {
    const options = {
      method,
      path: query === undefined ? path : `${path}?`,
      options: { ...(query && { _query: query }), _body: body ?? {} },
      abortSignal: signal,
      hijack,
      isStream: true,
      statusCodes: EVERY_STATUS,
      ...(registryAuth && { authconfig: { base64: registryAuth } }),
      ...(file && { file }),
    };
    return new Promise((resolve, reject) => {
      this.modem.dial(options, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  /** Races the work with the signal: a connection that dies after its headers settles nothing by itself. */
  private async settle<T>(request: EngineRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let leave: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      signal.throwIfAborted();
      return await Promise.race([work(), aborted]);
    } catch (error) {
      throw toEngineError(error, request.signal?.aborted === true);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

function isAnswer(given: IncomingMessage | Duplex): given is IncomingMessage {
  return 'statusCode' in given;
}

async function toRefusal(response: IncomingMessage): Promise<EngineError> {
  const status = response.statusCode ?? 0;
  const message = messageIn(await text(response));
  return new EngineError(TAG_OF_STATUS[status] ?? 'Failed', message || `the engine answered ${status}`);
}

/** What is neither the engine's answer nor the caller's doing is a connection that did not hold. */
export function toEngineError(error: unknown, callerAborted: boolean): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return callerAborted ? new EngineError('Aborted', message, { cause: error }) : new EngineError('Unavailable', `no answer from the Docker Engine: ${message}`, { cause: error });
}

function toDockerOptions(address: EngineAddress): Docker.DockerOptions {
  // Named even where they do not apply: what is absent, dockerode reads from the environment.
  const none = { host: undefined, port: undefined, socketPath: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined };
  const options =
    address.kind === 'socket'
      ? { ...none, protocol: 'http', socketPath: address.path }
      : {
          ...none,
          host: address.host,
          port: address.port,
          protocol: address.tls === undefined ? 'http' : 'https',
          ...(address.tls && { ca: address.tls.ca, cert: address.tls.cert, key: address.tls.key, ...(!address.tls.verify && { checkServerIdentity: () => undefined }) }),
        };
  return options as Docker.DockerOptions;
}

function messageIn(body: string): string {
  const parsed = parseJson(body);
  const message = typeof parsed === 'object' && parsed !== null && 'message' in parsed ? parsed.message : body;
  return String(message).trim();
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // some answers are plain text
  }
}
