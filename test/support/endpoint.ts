import http from 'node:http';
import { text } from 'node:stream/consumers';

/** Where something listens: a unix socket or a TCP port. Fits node's http options. */
export type Endpoint = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The text as JSON; throws when it is not. */
  json(): unknown;
}

export interface CallOptions {
  /** Sent as JSON; a buffer or a string as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One HTTP call on a connection of its own, with the whole answer. Any status is an answer. */
export async function call(endpoint: Endpoint, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const response = await openCall(endpoint, method, path, options);
  const body = await text(response);
  return { status: response.statusCode ?? 0, text: body, json: () => JSON.parse(body) as unknown };
}

/** One HTTP call whose answer is read as it comes. */
export function openCall(endpoint: Endpoint, method: string, path: string, options: CallOptions = {}): Promise<http.IncomingMessage> {
  const { body, headers, signal } = options;
  const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = bytes === undefined || bytes === body ? {} : { 'content-type': 'application/json' };
  const length = bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...endpoint, method, path, agent: false, headers: { ...type, ...length, ...headers }, ...(signal && { signal }) });
    request.once('response', resolve).once('error', reject).end(bytes);
  });
}

/** As DOCKER_HOST writes it. */
export function toDockerHost(endpoint: Endpoint): string {
  return 'socketPath' in endpoint ? `unix://${endpoint.socketPath}` : `tcp://${endpoint.host}:${endpoint.port}`;
}

/** What DOCKER_HOST says; `undefined` for forms that tests do not speak (ssh). */
export function parseDockerHost(dockerHost: string): Endpoint | undefined {
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length) };
  if (!dockerHost.startsWith('tcp://')) return undefined;
  const { hostname, port } = new URL(dockerHost);
  return { host: hostname, port: Number(port) };
}
