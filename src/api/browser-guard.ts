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
  // Express has none for a request without a Host, as old clients send it; every browser names one.
  const name = ((request.hostname as string | undefined) ?? '').replace(/^\[|\]$/g, '');
  if (!isLoopback(request.socket.localAddress) || name === '' || isIP(name) !== 0 || /^(?:.+\.)?localhost$/i.test(name)) next();
  else next(new ProviderError('Forbidden', `this is not answered under the name ${name}: ask for localhost, or an address`));
};

/** What proxies say of whom they speak for. */
const PASSED_ON = /^(?:forwarded|x-forwarded-.+|via)$/;

/** Refuses what a proxy passes on: it comes from this host, and may be anybody's. */
export const refusePassedOn: RequestHandler = (request, _response, next) => {
  const header = Object.keys(request.headers).find((name) => PASSED_ON.test(name));
  if (header === undefined) next();
  else next(new ProviderError('Forbidden', `this is answered to this host alone, and a proxy has passed it on (header ${header})`));
};

/** `undefined`, as of a unix socket, is none. */
function isLoopback(address = ''): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}
