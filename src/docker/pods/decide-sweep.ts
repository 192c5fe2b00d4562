import { HELPER, helperPrefix, isVolumeOfPod, LABEL, parseContainerName } from '../record/index.js';
import { OWNER, ownerName } from './owner.js';

/** How long something is seen to belong to nobody before it is removed. */
export const GRACE_MS = 10 * 60_000;

export type OrphanKind = 'container' | 'volume' | 'network';

/** Something on the engine. */
export interface SweptObject {
  readonly kind: OrphanKind;
  /** What it is removed by: a container's id, a volume's or a network's name. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the plugin knows of, by which an object is no orphan. */
export interface SweepFacts {
  readonly node: string;
  readonly isKnownPod: (podUid: string) => boolean;
  /** Helpers in use, by id, and networks that are looked after, by name. */
  readonly isInUse: (object: SweptObject) => boolean;
  /** When what belonged to nobody then was first seen so, by `keyOf`. */
  readonly firstSeen: ReadonlyMap<string, Date>;
  readonly now: Date;
}

export interface Sweep {
  /** Seen before the grace, and still nobody's. */
  readonly remove: readonly SweptObject[];
  /** Of a pod that nobody knows: they may be all that is left of it, and are left alone. */
  readonly keep: readonly SweptObject[];
  /** For the next time. */
  readonly firstSeen: ReadonlyMap<string, Date>;
}

export function keyOf({ kind, id }: SweptObject): string {
  return `${kind} ${id}`;
}

/**
 * Which objects go. Only what carries this node's label is ever looked at; of that, what may be a pod's record or container stays, as
 * does what has no pod at all and no use that is known here (volumes of claims outlive their pods). Pure.
 */
export function decideSweep(objects: readonly SweptObject[], facts: SweepFacts): Sweep {
  const { node, isInUse, firstSeen, now } = facts;
  const own = objects.filter((object) => object.labels[LABEL.node] === node && !isInUse(object));
  const orphans = own.filter((object) => isOrphan(object, facts));
  const seen = new Map(orphans.map((object) => [keyOf(object), firstSeen.get(keyOf(object)) ?? now]));
  return {
    remove: orphans.filter((object) => now.getTime() - (seen.get(keyOf(object)) ?? now).getTime() >= GRACE_MS),
    keep: own.filter((object) => object.kind === 'container' && isOfUnknownPod(object, facts)),
    firstSeen: seen,
  };
}

function isOrphan(object: SweptObject, facts: SweepFacts): boolean {
  const { kind, name, labels } = object;
  const { node } = facts;
  if (kind === 'volume') return isOfUnknownPod(object, facts) && isVolumeOfPod(node, { Name: name, Labels: labels });
  if (kind === 'network') return labels[LABEL.podNamespace] !== undefined;
  if (labels[LABEL.podUid] !== undefined || parseContainerName(name) !== undefined) return false;
  if (labels[LABEL.type] === HELPER) return name.startsWith(helperPrefix(node));
  return labels[LABEL.type] === OWNER && name.startsWith(`${ownerName(node)}_superseded_`);
}

function isOfUnknownPod({ labels }: SweptObject, { isKnownPod }: SweepFacts): boolean {
  const podUid = labels[LABEL.podUid];
  return podUid !== undefined && !isKnownPod(podUid);
}
