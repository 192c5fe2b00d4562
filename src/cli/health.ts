import { once } from 'node:events';
import { connect } from 'node:net';
import { type Call, exchange, parsePluginUrl, PLUGIN_URL_ALLOWED, PluginRefused, readText } from '../caller/index.js';

const TIMEOUT_MS = 8_000;

/** Resolves when the plugin's own `/healthz` says it serves. @throws PluginRefused, PluginUnreachable, RangeError for a URL that is none */
export async function askHealth(url: string): Promise<void> {
  const address = parsePluginUrl(url);
  if (address === undefined) throw new RangeError(`${url} is not the address of a plugin: give ${PLUGIN_URL_ALLOWED}`);
  const call: Call = { method: 'GET', path: '/healthz', session: 'health', body: null, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const answer = await exchange(address, call);
  const text = await readText(answer, call);
  if (answer.status !== 200) throw new PluginRefused(`${call.method} ${call.path}`, answer.status, text);
}

/** Resolves when somebody accepts connections there: all that can be asked where TLS wants a client's certificate. @throws Error */
export async function askForListener(host: string, port: number): Promise<void> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(TIMEOUT_MS) });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
