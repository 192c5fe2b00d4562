import { randomInt, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Pod } from '../kube/index.js';
import type { CreatedPodJson, PingJson, PodStatusJson } from '../wire/index.js';
import { PluginRefused } from './call-errors.js';
import type { CreateBody } from './create-body.js';
import { exchange, readText } from './exchange.js';
import type { Answer, Call, CallerTls } from './exchange.js';
import type { LogBody } from './log-body.js';
import { parsePluginUrl, PLUGIN_URL_ALLOWED } from './plugin-url.js';
import type { PluginAddress } from './plugin-url.js';

/** interLink gives up on a call after this long. */
const CALL_TIMEOUT_MS = 120_000;

type CallName = 'CreatePod' | 'DeletePod' | 'GetStatus' | 'GetLogs';

/**
 * Speaks to a plugin as interLink's API server does. Every call takes an AbortSignal, whose reason it throws; otherwise
 * it throws PluginRefused for an answer that is not 200, and PluginUnreachable where no whole answer comes.
 */
export class PluginCaller {
  private readonly address: PluginAddress;

  /** @throws RangeError for a URL that is neither `http://host:port`, `https://host:port` nor `unix:///path` */
  constructor(
    readonly url: string,
    private readonly tls: CallerTls = {},
  ) {
    const address = parsePluginUrl(url);
    if (address === undefined) throw new RangeError(`${url} is not the address of a plugin: give ${PLUGIN_URL_ALLOWED}`);
    this.address = address;
  }

  /** Resolves with the plugin's answer. */
  async create(body: CreateBody, signal?: AbortSignal): Promise<CreatedPodJson> {
    return (await this.callForJson('POST', '/create', sessionOf('CreatePod'), body, signal)) as CreatedPodJson;
  }

  /** Resolves with the plugin's text. */
  async delete(pod: Pod, signal?: AbortSignal): Promise<string> {
    return this.callForText('POST', '/delete', sessionOf('DeletePod'), pod, signal);
  }

  /** What the plugin tells of these pods. */
  async status(pods: readonly Pod[], signal?: AbortSignal): Promise<readonly PodStatusJson[]> {
    return (await this.callForJson('GET', '/status', sessionOf('GetStatus'), pods, signal)) as readonly PodStatusJson[];
  }

  /** The object form of the answer; some plugins answer with a list. */
  async ping(signal?: AbortSignal): Promise<PingJson | readonly unknown[]> {
    return (await this.callForJson('GET', '/status', `Request-${randomUUID()}`, [], signal)) as PingJson | readonly unknown[];
  }

  /** The log as it comes, without a time limit; destroy the stream to leave. */
  async getLogs(body: LogBody, signal: AbortSignal = new AbortController().signal): Promise<Readable> {
    const call: Call = { method: 'GET', path: '/getLogs', session: sessionOf('GetLogs'), body, signal };
    const answer = await exchange(this.address, call, this.tls);
    await refuseFailure(answer, call);
    return answer.stream;
  }

  /** Any call, with its whole answer, whatever the status. @throws PluginUnreachable; `signal.reason` */
  async send(call: Pick<Call, 'method' | 'path' | 'body' | 'contentType'>, signal?: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
    const whole: Call = { ...call, session: `Request-${randomUUID()}`, signal: withTimeout(signal) };
    const answer = await exchange(this.address, whole, this.tls);
    return { status: answer.status, text: await readText(answer, whole) };
  }

  private async callForJson(method: Call['method'], path: string, session: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const text = await this.callForText(method, path, session, body, signal);
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new PluginRefused(`${method} ${path}`, 200, `The answer is not JSON: ${text.slice(0, 200)}`, { cause: error });
    }
  }

  private async callForText(method: Call['method'], path: string, session: string, body: unknown, signal?: AbortSignal): Promise<string> {
    const call: Call = { method, path, session, body, signal: withTimeout(signal) };
    const answer = await exchange(this.address, call, this.tls);
    await refuseFailure(answer, call);
    return readText(answer, call);
  }
}

async function refuseFailure(answer: Answer, call: Call): Promise<void> {
  if (answer.status === 200) return;
  throw new PluginRefused(`${call.method} ${call.path}`, answer.status, await readText(answer, call));
}

function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function sessionOf(name: CallName): string {
  return `${name}#${randomInt(100_000)}`;
}
