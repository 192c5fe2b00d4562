import { isIP } from 'node:net';
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

/**
 * Refuses what came to the loopback address under a name that is not this host's own. A page may have the name of its own site lead
 * here, and what it then reads is its own to the browser, which sends no `Origin`.
 */
export const refuseTurnedNames: RequestHandler = (request, _response, next) => {
  const name = request.hostname.replace(/^\[|\]$/g, '');
  if (!isLoopback(request.socket.localAddress) || isIP(name) !== 0 || /^(?:.+\.)?localhost$/i.test(name)) next();
  else next(new ProviderError('Forbidden', `this is not answered under the name ${name}: ask for localhost, or an address`));
};

/** `undefined`, as of a unix socket, is none. */
function isLoopback(address = ''): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}
