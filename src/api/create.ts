import type { RequestHandler } from 'express';
import type { CreatedPod, Provider } from '../provider/index.js';
import { parseCreateBody, toCreateAnswer } from '../wire/index.js';
import { contextOf } from './call.js';

/**
 * POST /create. Of a list, every entry is checked before the first pod is made; then they are made in order, and the first
 * error is the answer. Pods made before it stay: a caller that tries again gets them again.
 */
export function createRoute(provider: Provider): RequestHandler {
  return async (request, response) => {
    const { pods, form } = parseCreateBody(request.body);
    const created: CreatedPod[] = [];
    for (const pod of pods) created.push(await provider.create(pod, contextOf(response)));
    response.json(toCreateAnswer(created, form));
  };
}
