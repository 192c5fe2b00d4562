import { LeftRuns } from '../sandbox/index.js';
import { tidyDisk } from './evictions.js';
import { tidyEvictions } from './evict.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { type OrphanCounts, Sweeper } from './sweeper.js';

const EMPTY_NETWORK_KEEP_MS = 10 * 60_000;

/** Removes what nobody needs any more. */
export class Housekeeping {
  private readonly leftRuns: LeftRuns;
  private readonly sweeper: Sweeper;

  constructor(
    private readonly rooms: Rooms,
    private readonly isKnownPod: (podUid: string) => boolean,
  ) {
    this.leftRuns = new LeftRuns(rooms);
    this.sweeper = new Sweeper(rooms, isKnownPod);
  }

  /** Engine objects of this node that belong to no pod. */
  get orphans(): OrphanCounts {
    return this.sweeper.counts;
  }

  /** What a plugin before this one was killed in. To be called before this one has helpers of its own. */
  async begin(): Promise<void> {
    await this.leftRuns.removeAll();
  }

  /** From time to time, with a picture that is up to date. */
  async tidy(pods: ReadonlyMap<string, ManagedPod>): Promise<void> {
    const { rooms } = this;
    await this.leftRuns.tidy();
    await this.sweeper.sweep();
    await tidyEvictions(this.isKnownPod, rooms.journal);
    await tidyDisk(pods, rooms);
    await rooms.secrets.endUnused();
    await rooms.messages.removeUnused();
    const now = rooms.clock.now();
    await rooms.networks.removeEmpty(new Date(now.getTime() - EMPTY_NETWORK_KEEP_MS), now);
  }
}
