import type { RequestHandler } from 'express';
import { ProviderError } from '../errors.js';
import type { Provider } from '../provider/index.js';

const NOT_TOLD = 'NOT IMPLEMENTED: this plugin does not tell of its pods';

/** GET /debug/pods: the provider's pods for its operator, only where nobody but this host can ask. */
export function debugPodsRoute(provider: Provider, isLocal: boolean): RequestHandler {
  return (_request, response) => {
    requireLocal(isLocal);
    if (provider.podRows === undefined) throw new ProviderError('NotImplemented', NOT_TOLD);
    response.json(provider.podRows());
  };
}

/** GET /debug/pods/UID: one of them, and why it is as it is. */
export function debugPodRoute(provider: Provider, isLocal: boolean): RequestHandler<{ uid: string }> {
  return (request, response) => {
    requireLocal(isLocal);
    if (provider.podDetails === undefined) throw new ProviderError('NotImplemented', NOT_TOLD);
    const details = provider.podDetails(request.params.uid);
    if (details === undefined) throw new ProviderError('PodNotFound', 'this plugin has never heard of a pod with this UID, or has forgotten it');
    response.json(details);
  };
}

function requireLocal(isLocal: boolean): void {
  if (!isLocal) throw new ProviderError('Forbidden', 'this is answered only where the plugin listens on a unix socket or a loopback address');
}
