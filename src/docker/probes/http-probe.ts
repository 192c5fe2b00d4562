import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { messageOf } from '../../errors.js';
import type { Probe } from '../../kube/index.js';
import { callHttp2 } from './http2-call.js';
import { requirePort } from './tcp-probe.js';
import { type Dial, MOST_OUTPUT_BYTES, type ProbeAnswer, type ProbeTarget } from './types.js';

type HttpGet = NonNullable<Probe['httpGet']>;
type Headers = Record<string, string[]>;

const MOST_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];
/** As a kubelet's; servers tell probes by it. */
export const USER_AGENT = 'kube-probe/1.30';

/**
 * Succeeds with a status from 200 to 399. Redirects are followed on the same host only; one that leads elsewhere is a success with
 * a warning. Certificates are not verified.
 * @see kubelet, pkg/probe/http
 */
export async function probeHttp(action: HttpGet, target: ProbeTarget, dial: Dial, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  const { status, body } = await getHttp(action, target, dial, lastsMs, signal);
  if (status < 200 || status >= 400) return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  return status >= 300 ? { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` } : { result: 'success', output: body };
}

/** @throws Error in the words of Go's http package, when there is no answer */
export async function getHttp(action: HttpGet, target: ProbeTarget, dial: Dial, lastsMs: number, signal: AbortSignal): Promise<{ status: number; body: string }> {
  const first = toUrl(action, target);
  const headers = toHeaders(action);
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const failed = (why: string): Error => new Error(`Get ${JSON.stringify(url.href)}: ${why}`);
    try {
      if (redirects === MOST_REDIRECTS) throw new Error(`stopped after ${MOST_REDIRECTS} redirects`);
      const connection = await dial(target.place, bare(url.hostname), portOf(url), { lastsMs, signal });
      const { status, location, body } = await (action.protocol === 'HTTP2' ? exchangeHttp2 : exchange)(url, headers, connection, signal);
      const next = location !== undefined && REDIRECTS.includes(status) ? new URL(location, url) : undefined;
      if (next === undefined || next.hostname !== first.hostname || !/^https?:$/.test(next.protocol)) return { status, body };
      url = next;
    } catch (error) {
      throw failed(signal.aborted ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : messageOf(error));
    }
  }
}

/** Whatever the path is, the host stays: it is put behind the address before anything is parsed. */
export function toUrl({ scheme, host, port, path }: HttpGet, target: ProbeTarget): URL {
  const name = host || target.place.address;
  const authority = `${isIP(name) === 6 ? `[${name}]` : name}:${requirePort(port, target)}`;
  return new URL(`${scheme === 'HTTPS' ? 'https' : 'http'}://${authority}/${(path ?? '').replace(/^\//, '')}`);
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The pod's own take the place of ours; an empty one leaves it out. */
function toHeaders({ httpHeaders }: HttpGet): Headers {
  const headers: Headers = { 'user-agent': [USER_AGENT], accept: ['*/*'] };
  const own: Headers = {};
  for (const { name, value } of httpHeaders ?? []) (own[name.toLowerCase()] ??= []).push(value);
  const all = { ...headers, ...own };
  return Object.fromEntries(Object.entries(all).filter(([name, values]) => !(name in headers) || values.some((value) => value !== '')));
}

interface Exchange {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function exchange(url: URL, { host, ...headers }: Headers, connection: Duplex, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    const isTls = url.protocol === 'https:';
    const socket = isTls ? connectTls({ socket: connection, rejectUnauthorized: false, ...(isIP(bare(url.hostname)) === 0 && { servername: url.hostname }) }) : connection;
    const options = {
      method: 'GET',
      host: url.hostname,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: host?.[0] ?? url.host, connection: 'close' },
      createConnection: () => socket,
      signal,
    };
    const sent = (isTls ? httpsRequest : httpRequest)(options);
    const end = (finish: () => void): void => {
      finish();
      sent.destroy();
      connection.destroy();
    };
    sent.once('error', (error) => end(() => reject(error)));
    sent.once('response', (response) => {
      readBounded(response).then(
        (body) => end(() => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body })),
        (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
    });
    sent.end();
  });
}

/** With a server that is known to speak it. @see KEP-5999 */
async function exchangeHttp2(url: URL, { host, ...headers }: Headers, connection: Duplex, signal: AbortSignal): Promise<Exchange> {
  const { headers: answered, body } = await callHttp2({ url, headers: { ...headers, ':authority': host?.[0] ?? url.host } }, connection, signal);
  return { status: Number(answered[':status'] ?? 0), location: answered.location, body: body.toString() };
}

/** The beginning of a body; the rest is not read. */
async function readBounded(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_OUTPUT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_OUTPUT_BYTES).toString();
}
