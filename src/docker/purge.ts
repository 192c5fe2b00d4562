import { systemClock } from '../clock.js';
import { type ContainerSummary, type Engine, isEngineError } from '../engine/index.js';
import { messageOf } from '../errors.js';
import { silentLogger } from '../log.js';
import { NodeOwner, ownerName } from './pods/index.js';
import { type NodeObject, planPurge, type PurgePlan } from './purge-plan.js';
import { LABEL } from './record/index.js';
import { SandboxImage } from './sandbox/index.js';

export interface PurgeRequest {
  readonly node: string;
  /** Name of the sandbox image. */
  readonly sandboxImage: string;
  /** Data of persistent volume claims goes as well. */
  readonly withClaims: boolean;
}

/** What could not be removed, and why. */
export interface NotRemoved extends NodeObject {
  readonly reason: string;
}

/** What of a node is on the engine now. */
export async function lookForPurge(engine: Engine, { node, withClaims }: Omit<PurgeRequest, 'sandboxImage'>): Promise<PurgePlan> {
  const [containers, volumes, networks, images] = [await engine.listContainers([]), await engine.listVolumes([]), await engine.listNetworks([]), await engine.listImages()];
  return planPurge(node, { containers, volumes, networks, images, labelledByImage: await lookForLabelled(engine, node, containers) }, withClaims);
}

/** Of the node's containers without a sandbox, those whose image has the node's label, or cannot be looked at: a label of theirs says nothing. */
async function lookForLabelled(engine: Engine, node: string, containers: readonly ContainerSummary[]): Promise<ReadonlySet<string>> {
  const all = new Set(containers.map(({ Id }) => Id));
  const alone = containers.filter(({ Labels }) => Labels[LABEL.node] === node && Labels[LABEL.type] === 'container' && !all.has(Labels[LABEL.sandboxId] ?? ''));
  const labelled = new Set<string>();
  for (const { Id } of alone) if (await isImageLabelled(engine, node, Id)) labelled.add(Id);
  return labelled;
}

async function isImageLabelled(engine: Engine, node: string, containerId: string): Promise<boolean> {
  try {
    const { Image } = await engine.inspectContainer(containerId);
    return (await engine.inspectImage(Image)).Labels[LABEL.node] === node;
  } catch (error) {
    if (isEngineError(error, 'NotFound')) return true;
    throw error;
  }
}

/**
 * Removes everything of a node. It acts as a plugin does: it takes the node name first, so that one that runs stops acting, and loses it
 * to one that is started meanwhile.
 * @returns what is left
 * @throws EngineError `Aborted` when another one has taken the name
 */
export async function purgeNode(engine: Engine, request: PurgeRequest, onRemoved: (object: NodeObject) => void): Promise<readonly NotRemoved[]> {
  const { node, sandboxImage } = request;
  await new SandboxImage(engine, sandboxImage).ensure();
  const owner = new NodeOwner({ engine, node, image: sandboxImage, clock: systemClock, logger: silentLogger });
  await owner.ensure();
  const guarded = engine.guarded(owner.act);
  const left: NotRemoved[] = [];
  try {
    // Looked for again: what had the name before may have made more.
    for (const object of (await lookForPurge(engine, request)).remove) {
      if (object.name === ownerName(node)) continue;
      const reason = await remove(guarded, object);
      if (reason === undefined) onRemoved(object);
      else left.push({ ...object, reason });
    }
  } finally {
    await owner.release();
  }
  await removeSandboxImage(engine, sandboxImage);
  return left;
}

/** @returns why it could not be removed */
async function remove(engine: Engine, { kind, id }: NodeObject): Promise<string | undefined> {
  try {
    if (kind === 'container') await engine.removeContainer(id);
    else if (kind === 'volume') await engine.removeVolume(id);
    else if (kind === 'network') await engine.removeNetwork(id);
    else await engine.removeImage(id);
    return undefined;
  } catch (error) {
    // Nothing of what follows would go either.
    if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
    return messageOf(error);
  }
}

/** Other nodes of this engine may use it: the engine then keeps it. */
async function removeSandboxImage(engine: Engine, name: string): Promise<void> {
  try {
    await engine.removeImage(name);
  } catch (error) {
    if (!isEngineError(error, 'Conflict')) throw error;
  }
}
