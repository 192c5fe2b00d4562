import { messageOf } from '../../errors.js';
import { LABEL } from '../record/index.js';
import { decideSweep, keyOf, type OrphanKind, type SweepFacts, type SweptObject } from './decide-sweep.js';
import type { Rooms } from './rooms.js';

const KINDS: readonly OrphanKind[] = ['container', 'volume', 'network'];

/** Orphans of this process's time. */
export interface OrphanCounts {
  /** Seen, and not removed yet. */
  readonly waiting: Readonly<Record<OrphanKind, number>>;
  readonly removed: Readonly<Record<OrphanKind, number>>;
}

/** Removes what carries this node's label and belongs to nobody, once it has been seen so for the length of the grace. */
export class Sweeper {
  private firstSeen: ReadonlyMap<string, Date> = new Map();
  private readonly removed: Record<OrphanKind, number> = { container: 0, volume: 0, network: 0 };
  /** Said in the log already, by key; of what could not be removed, why. */
  private said = new Map<string, string>();

  constructor(
    private readonly rooms: Rooms,
    private readonly isKnownPod: SweepFacts['isKnownPod'],
  ) {}

  get counts(): OrphanCounts {
    const waiting = Object.fromEntries(KINDS.map((kind) => [kind, [...this.firstSeen.keys()].filter((key) => key.startsWith(`${kind} `)).length]));
    return { waiting: waiting as OrphanCounts['waiting'], removed: { ...this.removed } };
  }

  async sweep(): Promise<void> {
    const { node, clock, networks, helpersInUse } = this.rooms;
    const objects = await this.list();
    const isInUse = ({ kind, id, name }: SweptObject): boolean => (kind === 'network' ? networks.isKnown(name) : helpersInUse().has(id));
    const { remove, keep, firstSeen } = decideSweep(objects, { node, isKnownPod: this.isKnownPod, isInUse, firstSeen: this.firstSeen, now: clock.now() });
    const unseen = new Set([...remove, ...keep].map(keyOf));
    this.said = new Map([...this.said].filter(([key]) => unseen.has(key)));
    this.firstSeen = firstSeen;
    for (const object of keep) this.say(object, 'a container of a pod that nobody knows is kept and not touched');
    for (const object of remove) await this.remove(object);
  }

  private async list(): Promise<readonly SweptObject[]> {
    const { engine, node } = this.rooms;
    const labels = [`${LABEL.node}=${node}`];
    const [containers, volumes, networks] = [await engine.listContainers(labels), await engine.listVolumes(labels), await engine.listNetworks(labels)];
    return [
      ...containers.map(({ Id, Names, Labels }) => ({ kind: 'container' as const, id: Id, name: (Names[0] ?? '').replace(/^\//, ''), labels: Labels })),
      ...volumes.map(({ Name, Labels }) => ({ kind: 'volume' as const, id: Name, name: Name, labels: Labels })),
      ...networks.map(({ Name, Labels }) => ({ kind: 'network' as const, id: Name, name: Name, labels: Labels })),
    ];
  }

  private async remove(object: SweptObject): Promise<void> {
    const { engine, networks, logger } = this.rooms;
    const { kind, id, name, labels } = object;
    // Its pod may have come since it was listed.
    if (this.isKnownPod(labels[LABEL.podUid] ?? '')) return;
    try {
      if (kind === 'container') await engine.removeContainer(id);
      else if (kind === 'volume') await engine.removeVolume(id);
      else await networks.removeUnknown(id);
      this.removed[kind]++;
      this.firstSeen = new Map([...this.firstSeen].filter(([key]) => key !== keyOf(object)));
      logger.info(`a ${kind} of this node that belonged to no pod is removed`, { name, ...podUidOf(object) });
    } catch (error) {
      this.say(object, `a ${kind} of this node that belongs to no pod could not be removed and is tried again`, messageOf(error));
    }
  }

  /** Once for each reason. */
  private say(object: SweptObject, message: string, reason = ''): void {
    if (this.said.get(keyOf(object)) === reason) return;
    this.said.set(keyOf(object), reason);
    this.rooms.logger.warn(message, { name: object.name, ...podUidOf(object), ...(reason !== '' && { reason }) });
  }
}

function podUidOf({ labels }: SweptObject): { readonly podUid?: string } {
  const podUid = labels[LABEL.podUid];
  return podUid === undefined ? {} : { podUid };
}
