import type { RequestHandler } from 'express';
import { ProviderError } from '../errors.js';
import type { Provider } from '../provider/index.js';

/** GET /debug/pods: the provider's pods for its operator, only where nobody but this host can ask. */
export function debugPodsRoute(provider: Provider, isLocal: boolean): RequestHandler {
  return (_request, response) => {
    if (!isLocal) throw new ProviderError('Forbidden', 'this is answered only where the plugin listens on a unix socket or a loopback address');
    if (provider.podRows === undefined) throw new ProviderError('NotImplemented', 'NOT IMPLEMENTED: this plugin does not tell of its pods');
    response.json(provider.podRows());
  };
}
