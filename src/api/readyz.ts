import type { RequestHandler } from 'express';
import type { Provider } from '../provider/index.js';
import { sendText } from './failures.js';

/** GET /readyz: 200 when the plugin can do its work, else 503 with a line for each thing that is missing. */
export function readyzRoute(provider: Provider, stopping: AbortSignal | undefined): RequestHandler {
  return (_request, response) => {
    const missing = [...(stopping?.aborted === true ? ['the plugin is shutting down'] : []), ...(provider.missing?.() ?? [])];
    sendText(response, missing.length === 0 ? { status: 200, text: 'ok' } : { status: 503, text: missing.join('\n') });
  };
}
