import type { RequestHandler } from 'express';
import { ProviderError } from '../errors.js';
import type { NodeOperations, NodeState, Provider } from '../provider/index.js';

/** What an operator asks of a node, or for. */
export type NodeRequest = (operations: NodeOperations) => NodeState | Promise<NodeState>;

/** A call under /debug/node, answered with how the node is then; only where nobody but this host can ask. */
export function debugNodeRoute(provider: Provider, isLocal: boolean, ask: NodeRequest): RequestHandler {
  return async (_request, response) => {
    if (!isLocal) throw new ProviderError('Forbidden', 'this is answered only where the plugin listens on a unix socket or a loopback address');
    if (provider.operations === undefined) throw new ProviderError('NotImplemented', 'NOT IMPLEMENTED: the node of this plugin cannot be taken out of service');
    response.json(await ask(provider.operations));
  };
}
