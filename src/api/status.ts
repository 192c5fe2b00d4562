import type { RequestHandler } from 'express';
import type { Provider } from '../provider/index.js';
import { parseStatusBody, toPingAnswer, toStatusAnswer } from '../wire/index.js';
import { contextOf } from './call.js';

/** GET and POST /status: the states of the pods asked for; an empty list is a ping. */
export function statusRoute(provider: Provider): RequestHandler {
  return async (request, response) => {
    const pods = parseStatusBody(request.body);
    const context = contextOf(response);
    if (pods.length === 0) response.json(toPingAnswer(await provider.ping?.(context)));
    else response.json(toStatusAnswer(await provider.status(pods, context)));
  };
}
