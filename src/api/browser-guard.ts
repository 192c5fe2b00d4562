import type { RequestHandler } from 'express';
import { ProviderError } from '../errors.js';

/**
 * Refuses what a web page sends. There is no authentication on the wire, and a browser on this host would let any page
 * post a pod to the loopback address; browsers name the page in `Origin`, interLink and command lines send none.
 */
export const refuseWebPages: RequestHandler = (request, _response, next) => {
  if (request.headers.origin === undefined) next();
  else next(new ProviderError('Forbidden', 'requests from web pages (header Origin) are not answered'));
};
