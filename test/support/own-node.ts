import { ensureBusybox } from './busybox.js';
import { OwnEngine, type OwnEngineOptions } from './own-engine.js';
import { SteeredNode } from './steered-node.js';

/** A virtual node on an engine of its own, with the test image. */
export interface OwnNode {
  readonly engine: OwnEngine;
  readonly node: SteeredNode;
}

export async function startOwnNode(options?: OwnEngineOptions): Promise<OwnNode> {
  const engine = await OwnEngine.start(options);
  await ensureBusybox(engine.endpoint);
  return { engine, node: await SteeredNode.start({ socketPath: engine.socketPath }) };
}
