import type { ContainerSummary, ImageSummary, NetworkSummary, VolumeSummary } from '../engine/index.js';
import { markNames } from './images/index.js';
import { isContainerOf, isSandbox, isVolumeOf, nameOf } from './purge-ours.js';
import { LABEL, parseNetworkName } from './record/index.js';

/** Something on the engine that is one node's. */
export interface NodeObject {
  readonly kind: 'container' | 'volume' | 'network' | 'image tag';
  /** What it is removed by. */
  readonly id: string;
  readonly name: string;
  readonly isRunning?: true;
}

/** What of an engine a purge looks at. */
export interface EngineObjects {
  readonly containers: readonly ContainerSummary[];
  readonly volumes: readonly VolumeSummary[];
  readonly networks: readonly NetworkSummary[];
  readonly images: readonly ImageSummary[];
  /** Containers of the node whose sandbox is gone, and which have its label from their image, or may have it, by id. */
  readonly labelledByImage: ReadonlySet<string>;
}

export interface PurgePlan {
  /** In the order in which they can go. */
  readonly remove: readonly NodeObject[];
  /** What carries the node's label, and stays. */
  readonly keep: readonly (NodeObject & { readonly why: string })[];
}

const FOREIGN = 'it carries the label of the node, but not the name, or the sandbox, of what was made for it: somebody else may have made it, of an image with that label';
const CLAIM = 'it is the data of a persistent volume claim: --claims removes it';

/**
 * What goes with a node. A label alone does not make an object ours, as images hand theirs on to containers; nor does a name alone.
 * Data of claims outlives pods, and goes only where that is asked for. Pure.
 */
export function planPurge(node: string, { containers, volumes, networks, images, labelledByImage }: EngineObjects, withClaims: boolean): PurgePlan {
  const isOfNode = ({ Labels }: { readonly Labels: Readonly<Record<string, string>> }): boolean => Labels[LABEL.node] === node;
  const keep: (NodeObject & { readonly why: string })[] = [];
  const remove: NodeObject[] = [];
  const sort = (object: NodeObject, why: string | undefined): void => void (why === undefined ? remove.push(object) : keep.push({ ...object, why }));
  const own = containers.filter(isOfNode);
  const facts = { all: new Set(containers.map(({ Id }) => Id)), sandboxes: new Set(own.filter(isSandbox).map(({ Id }) => Id)), labelledByImage };
  for (const container of own.sort((a, b) => rank(a) - rank(b))) sort(toObject(container), isContainerOf(node, container, facts) ? undefined : FOREIGN);
  for (const volume of volumes.filter(isOfNode)) sort({ kind: 'volume', id: volume.Name, name: volume.Name }, isVolumeOf(node, volume) ? undefined : whyVolumeStays(volume, withClaims));
  for (const { Id, Name, Labels } of networks.filter(isOfNode)) sort({ kind: 'network', id: Id, name: Name }, !isNetworkOf(node, { Name, Labels }) ? FOREIGN : undefined);
  for (const name of images.flatMap((image) => markNames(node, image))) remove.push({ kind: 'image tag', id: name, name });
  return { remove, keep };
}

/** Whether a network is one that pods of this node are on. */
export function isNetworkOf(node: string, { Name, Labels }: Pick<NetworkSummary, 'Name' | 'Labels'>): boolean {
  return Labels[LABEL.node] === node && parseNetworkName(node, Name) !== undefined;
}

/** A sandbox goes after the containers of its pod: it is the pod's record, should the purge be cut short. */
function rank({ Labels }: ContainerSummary): number {
  return Labels[LABEL.type] === 'container' ? 0 : Labels[LABEL.type] === 'podsandbox' ? 1 : 2;
}

/** Of one that has no name of ours. The data of a claim carries the node's label alone. */
function whyVolumeStays({ Labels }: VolumeSummary, withClaims: boolean): string | undefined {
  if (Labels[LABEL.podUid] !== undefined || Labels[LABEL.type] !== undefined) return FOREIGN;
  return withClaims ? undefined : CLAIM;
}

function toObject(container: ContainerSummary): NodeObject {
  return { kind: 'container', id: container.Id, name: nameOf(container), ...(container.State === 'running' && { isRunning: true as const }) };
}
