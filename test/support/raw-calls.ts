import { type Answer, call, type CallOptions, type Endpoint } from './endpoint.js';
import { type EngineUnderTest, objectsOf, objectsOfNode } from './engine-under-test.js';
import type { TestNode } from './test-node.js';

/** One HTTP call to a node's plugin with any body, well formed or not. */
export function callNode(node: TestNode, method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
  return call(endpointOf(node), method, path, { ...options, ...(body !== undefined && { body }) });
}

/** The unix socket that a node's plugin listens on. */
export function endpointOf(node: TestNode): Endpoint {
  return { socketPath: node.url.slice('unix://'.length) };
}

/**
 * Containers and volumes of a node on the engine, by id and name, without what is the node's own: the container that claims its
 * name, and the files for containers' last words.
 * Networks are not of one pod: an empty one is kept for a while.
 */
export async function podObjects(node: TestNode, { endpoint }: EngineUnderTest): Promise<readonly string[]> {
  const { containers, volumes } = await objectsOfNode(node.name, endpoint);
  const messages = await objectsOf('io.kubernetes.docker.type=messages', endpoint);
  const own = new Set([await ownerClaim(node.name, endpoint), ...messages.containers, ...messages.volumes]);
  return [...containers, ...volumes].filter((id) => !own.has(id));
}

async function ownerClaim(node: string, endpoint: Endpoint): Promise<string> {
  const { Id } = (await call(endpoint, 'GET', `/containers/interlink_owner_${node}/json`)).json() as { Id: string };
  return Id;
}
