import type { RequestHandler } from 'express';
import type { Provider } from '../provider/index.js';
import { parseDeleteBody } from '../wire/index.js';
import { contextOf } from './call.js';
import { sendText } from './failures.js';

/** POST /delete: 200 when the provider has the deletion in hand. */
export function deleteRoute(provider: Provider): RequestHandler {
  return async (request, response) => {
    const pod = parseDeleteBody(request.body);
    await provider.delete(pod, contextOf(response));
    sendText(response, { status: 200, text: `pod ${pod.metadata.uid} deleted` });
  };
}
