import type { ContainerSummary, VolumeSummary } from '../engine/index.js';
import { cordonName } from './cordon.js';
import { batchPrefix } from './messages/index.js';
import { ownerName } from './pods/index.js';
import { helperPrefix, isNamedAsLabelled, isVolumeOfPod, LABEL } from './record/index.js';
import { holderName, holderVolume } from './secrets/index.js';

/** What else of the engine says whose a container is. */
export interface ContainerFacts {
  /** Every container's id, and which of them are sandboxes of this node. */
  readonly all: ReadonlySet<string>;
  readonly sandboxes: ReadonlySet<string>;
  /** Containers that may have the node's label from their image, by id. */
  readonly labelledByImage: ReadonlySet<string>;
}

export function nameOf({ Names }: ContainerSummary): string {
  return (Names[0] ?? '').replace(/^\//, '');
}

/** Whether a container with the label of a node is a sandbox of it. Pure. */
export function isSandbox(container: ContainerSummary): boolean {
  return container.Labels[LABEL.type] === 'podsandbox' && isNamedAsLabelled(nameOf(container), container.Labels);
}

/** Whether a container with the label of a node was made for it. Pure. */
export function isContainerOf(node: string, container: ContainerSummary, { all, sandboxes, labelledByImage }: ContainerFacts): boolean {
  const { Id, Labels } = container;
  const name = nameOf(container);
  if (Labels[LABEL.type] === 'podsandbox') return isSandbox(container);
  if (Labels[LABEL.type] !== 'container') return isHelpOf(node, name);
  if (!isNamedAsLabelled(name, Labels)) return false;
  // A kubelet beside this plugin names and labels its containers alike: of an image with the node's label they have that, too.
  const sandbox = Labels[LABEL.sandboxId] ?? '';
  return all.has(sandbox) ? sandboxes.has(sandbox) : !labelledByImage.has(Id);
}

/** Whether a volume with the label of a node was made for it, or for one of its pods; claims' have names of the operator's choice. Pure. */
export function isVolumeOf(node: string, volume: VolumeSummary): boolean {
  return isVolumeOfPod(node, volume) || [cordonName(node), holderVolume(node)].includes(volume.Name) || volume.Name.startsWith(batchPrefix(node));
}

/** By the name of what is no pod's: the claim to the node name, helpers, and what files are held in and reached through. */
function isHelpOf(node: string, name: string): boolean {
  const owner = ownerName(node);
  return name === owner || name === holderName(node) || [`${owner}_superseded_`, helperPrefix(node), batchPrefix(node)].some((prefix) => name.startsWith(prefix));
}
