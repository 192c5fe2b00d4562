import { ProviderError } from '../../errors.js';
import type { CreateRequest } from '../../provider/index.js';
import type { EventFeed } from '../cache/index.js';
import type { BareRemoval } from './bare-removal.js';
import { acceptWhenEngineIsThere, LONGEST_WAIT_MS } from './creation.js';
import { within } from './deadline.js';
import type { ManagedPods } from './managed-pods.js';
import type { Rooms } from './rooms.js';

interface Creation {
  readonly done: Promise<void>;
  readonly cancel: AbortController;
}

/** Creates under way, one a UID. */
export class Creations {
  private readonly underWay = new Map<string, Creation>();
  /** Those that were answered with an error while the engine was away: what they may have made is not to live. */
  private readonly abandoned = new Set<string>();

  constructor(
    private readonly rooms: Rooms,
    private readonly feed: EventFeed,
    private readonly pods: ManagedPods,
    private readonly bare: BareRemoval,
    private readonly isOwner: () => boolean,
  ) {}

  /** True while a create of this UID runs. */
  isUnderWay(podUid: string): boolean {
    return this.underWay.has(podUid);
  }

  get uids(): Iterable<string> {
    return this.underWay.keys();
  }

  /** Takes a pod on; a create of the same UID that is under way is the same one. @throws ProviderError */
  begin(request: CreateRequest): Promise<void> {
    const { uid } = request.pod.metadata;
    const running = this.underWay.get(uid);
    if (running !== undefined) return running.done;
    this.rooms.messages.prepare();
    const cancel = new AbortController();
    const done = this.create(request, cancel.signal).finally(() => this.underWay.delete(uid));
    this.underWay.set(uid, { done, cancel });
    return done;
  }

  /** Calls a create off, and resolves when it has ended. */
  async cancel(podUid: string): Promise<void> {
    const creation = this.underWay.get(podUid);
    creation?.cancel.abort();
    await creation?.done.catch(() => undefined);
  }

  /** Whether what the engine has of this UID was made by a create that was given up. */
  isAbandoned(podUid: string): boolean {
    return this.abandoned.has(podUid);
  }

  private async create(request: CreateRequest, cancelled: AbortSignal): Promise<void> {
    const { uid } = request.pod.metadata;
    try {
      await this.untilClear(uid);
      this.abandoned.delete(uid);
      const record = await acceptWhenEngineIsThere(request, this.rooms, this.feed, this.isOwner, cancelled);
      // The engine may have been away long enough for a reconnect to have found it.
      if (!this.pods.has(uid)) this.pods.add(record).worker.wake();
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'EngineUnavailable') {
        this.abandoned.add(uid);
        if (this.feed.connected) this.bare.sweep(uid, 0);
      }
      throw error;
    }
  }

  /** What an earlier create of this UID left, and is still being removed, must not be taken for this one's. */
  private async untilClear(podUid: string): Promise<void> {
    if (!this.bare.isUnderWay(podUid)) return;
    const isClear = await within(LONGEST_WAIT_MS, this.bare.settled(podUid), this.rooms.clock);
    if (!isClear) throw new ProviderError('EngineUnavailable', `what is left of an earlier pod ${podUid} cannot be removed: ${this.bare.troubleOf(podUid)?.reason ?? 'the engine is slow'}`);
  }
}
