import type { ContainerSummary, ImageSummary, NetworkSummary, VolumeSummary } from '../engine/index.js';
import { markNames } from './images/index.js';
import { LABEL, parseContainerName, parseNetworkName } from './record/index.js';

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
}

export interface PurgePlan {
  /** In the order in which they can go. */
  readonly remove: readonly NodeObject[];
  /** What carries the node's label, and stays. */
  readonly keep: readonly (NodeObject & { readonly why: string })[];
}

const FOREIGN = 'it carries the label of the node, but has no name of ours: somebody else may have made it of an image with that label';
const CLAIM = 'it is the data of a persistent volume claim: --claims removes it';

/**
 * What goes with a node. A label alone does not make an object ours, as images hand theirs on to containers; nor does a name alone.
 * Data of claims outlives pods, and goes only where that is asked for. Pure.
 */
export function planPurge(node: string, { containers, volumes, networks, images }: EngineObjects, withClaims: boolean): PurgePlan {
  const isOfNode = ({ Labels }: { readonly Labels: Readonly<Record<string, string>> }): boolean => Labels[LABEL.node] === node;
  const keep: (NodeObject & { readonly why: string })[] = [];
  const remove: NodeObject[] = [];
  const sort = (object: NodeObject, why: string | undefined): void => void (why === undefined ? remove.push(object) : keep.push({ ...object, why }));
  for (const container of containers.filter(isOfNode).sort((a, b) => rank(a) - rank(b))) sort(toObject(container), isOurs(node, container) ? undefined : FOREIGN);
  for (const { Name, Labels } of volumes.filter(isOfNode)) {
    const isClaim = Labels[LABEL.podUid] === undefined && Labels[LABEL.type] === undefined && !Name.startsWith(`k8s_${node}_`);
    sort({ kind: 'volume', id: Name, name: Name }, isClaim && !withClaims ? CLAIM : undefined);
  }
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

function nameOf({ Names }: ContainerSummary): string {
  return (Names[0] ?? '').replace(/^\//, '');
}

function isOurs(node: string, container: ContainerSummary): boolean {
  const name = nameOf(container);
  const podUid = parseContainerName(name)?.podUid;
  return podUid === undefined ? /^(interlink|k8s)_/.test(name) && name.includes(node) : podUid === container.Labels[LABEL.podUid];
}

function toObject(container: ContainerSummary): NodeObject {
  return { kind: 'container', id: container.Id, name: nameOf(container), ...(container.State === 'running' && { isRunning: true as const }) };
}
