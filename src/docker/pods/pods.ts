import { type ContainerDetails, type ContainerEvent, isEngineError } from '../../engine/index.js';
import { messageOf, ProviderError } from '../../errors.js';
import type { Pod } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import type { EventFeed } from '../cache/index.js';
import { LABEL, type ObservedContainer, type ObservedPod, type PodRecord } from '../record/index.js';
import { endsOf, rebuildRecord } from './adopt.js';
import { BareRemoval } from './bare-removal.js';
import type { PendingDelete } from '../journal/index.js';
import { acceptWhenEngineIsThere, LONGEST_WAIT_MS } from './creation.js';
import { within } from './deadline.js';
import { toProviderError } from './engine-failure.js';
import { Deletions } from './deletions.js';
import { tidyDisk } from './evictions.js';
import { ManagedPod } from './managed-pod.js';
import { NodeOwner } from './owner.js';
import { type FoundPod, FoundContainers, recoverPod, removeOrphanVolumes } from './recover.js';
import { removeLeftRuns } from '../sandbox/index.js';
import type { Rooms } from './rooms.js';
import { syncPod } from './sync.js';
import { watchTokens } from './token-expiry.js';

const DEFAULT_GRACE_SECONDS = 30;
const STOP_WAIT_MS = 5_000;
const EMPTY_NETWORK_KEEP_MS = 10 * 60_000;

interface Creation {
  readonly done: Promise<void>;
  readonly cancel: AbortController;
}

/**
 * All pods of this node. Invariants: a UID is managed, being created, or unknown; once its delete has come it is never started
 * again; what the engine has of a UID that nobody wants is removed.
 */
export class Pods {
  private readonly managed = new Map<string, ManagedPod>();
  private readonly creating = new Map<string, Creation>();
  /** Creates that were answered with an error while the engine was away: what they may have made is not to live. */
  private readonly abandoned = new Set<string>();
  private readonly adopting = new Map<string, Promise<ManagedPod>>();
  private readonly deletions: Deletions;
  private readonly bare: BareRemoval;
  private readonly found = new FoundContainers();
  private readonly owner: NodeOwner;
  private isRestored = false;
  private reconciling: Promise<void> = Promise.resolve();

  constructor(
    private readonly rooms: Rooms,
    private readonly feed: EventFeed,
  ) {
    this.deletions = new Deletions(rooms);
    this.bare = new BareRemoval(rooms);
    this.owner = new NodeOwner(rooms, () => this.managed.forEach((pod) => pod.rest()));
  }

  /** True once the pods that the engine had at start are known. */
  get restored(): boolean {
    return this.isRestored;
  }

  /** False once another plugin has claimed this node name. */
  get isOwner(): boolean {
    return this.owner.isOwner;
  }

  get(podUid: string): ManagedPod | undefined {
    return this.managed.get(podUid);
  }

  /** True while a create of this UID runs. */
  isCreating(podUid: string): boolean {
    return this.creating.has(podUid);
  }

  /** Takes a pod on; the same UID again is the same pod. @throws ProviderError */
  async create(request: CreateRequest): Promise<void> {
    const { uid } = request.pod.metadata;
    if (this.deletions.hasCome(uid) || this.managed.get(uid)?.isDeleting) {
      throw new ProviderError('PodDeleted', `pod ${uid} has been deleted and is not created again`);
    }
    if (this.managed.has(uid)) return;
    const running = this.creating.get(uid);
    if (running !== undefined) return running.done;
    this.rooms.messages.prepare();
    const cancel = new AbortController();
    const done = this.createNow(request, cancel.signal).finally(() => this.creating.delete(uid));
    this.creating.set(uid, { done, cancel });
    return done;
  }

  private async createNow(request: CreateRequest, cancelled: AbortSignal): Promise<void> {
    const { uid } = request.pod.metadata;
    this.abandoned.delete(uid);
    try {
      const record = await acceptWhenEngineIsThere(request, this.rooms, this.feed, () => this.owner.isOwner, cancelled);
      // The engine may have been away long enough for a reconnect to have found it.
      if (!this.managed.has(uid)) this.manage(record).worker.wake();
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'EngineUnavailable') {
        this.abandoned.add(uid);
        if (this.feed.connected) this.bare.sweep(uid, 0);
      }
      throw error;
    }
  }

  /**
   * Stops and removes a pod; resolves when it is gone, at the latest after 100 s with the deletion on record.
   * @throws ProviderError `PodNotFound` for a UID never heard of
   */
  async delete(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    const wasHere = this.deletions.wasHere(uid);
    if (this.isRestored && !this.isKnown(uid)) {
      this.deletions.note(uid, false);
      if (wasHere) return;
      throw new ProviderError('PodNotFound', `No containers found for UUID ${uid}`);
    }
    await this.removeForGood(pod, pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
  }

  /** Owns the removal of a pod from now on, and waits for its end, at most 100 s. */
  async removeForGood(pod: Pod, graceSeconds: number): Promise<void> {
    const entry = await this.deletions.write(pod.metadata.uid, Math.max(graceSeconds, 0));
    await within(LONGEST_WAIT_MS, this.carryOutDelete(pod, entry), this.rooms.clock);
  }

  private async carryOutDelete(pod: Pod, entry: PendingDelete): Promise<void> {
    const { uid, name, namespace } = pod.metadata;
    const creation = this.creating.get(uid);
    creation?.cancel.abort();
    await creation?.done.catch(() => undefined);
    // What an engine has that is away, nobody knows: of pods from before our time, or of a create that was cut short.
    const isUnsure = !this.isRestored || (!this.managed.has(uid) && !this.feed.connected);
    if (isUnsure) {
      await this.feed.whenConnected(new AbortController().signal); // carried out on the way there
    } else {
      try {
        const managed = this.managed.get(uid) ?? (await this.adopt(pod));
        if (managed !== undefined) await this.deletions.begin(managed, entry);
        else this.deletions.strikeOutAfter(entry, this.bare.remove(uid, entry.graceSeconds));
      } catch (error) {
        throw toProviderError(error, `pod ${namespace}/${name}`);
      }
    }
    await this.deletions.settled(uid);
  }

  /** A pod whose sandbox is gone but whose containers are here is taken over, with the spec the cluster has of it. */
  async adopt(pod: Pod): Promise<ManagedPod | undefined> {
    const { uid } = pod.metadata;
    const observed = this.rooms.cache.get(uid);
    if (observed === undefined || observed.sandbox !== undefined) return undefined;
    const adoption = this.adopting.get(uid) ?? this.adoptNow(pod, observed).finally(() => this.adopting.delete(uid));
    this.adopting.set(uid, adoption);
    return adoption;
  }

  private async adoptNow(pod: Pod, observed: ObservedPod): Promise<ManagedPod> {
    const record = await rebuildRecord(pod, observed, this.rooms);
    const managed = this.manage(record, endsOf(pod, observed, this.rooms.clock.now()));
    this.rooms.ledger.adopt(record, managed.isFinished);
    managed.addEvent('Warning', 'Adopted', "The pod's record was gone from the engine and has been made again");
    managed.worker.wake();
    return managed;
  }

  /** At every connect: brings the picture up to date, takes over what is found, and finishes what was begun. */
  async reconcile(): Promise<void> {
    this.reconciling = this.reconcileNow();
    await this.reconciling;
  }

  private async reconcileNow(): Promise<void> {
    this.rooms.secrets.forget();
    await this.rooms.sandboxImage.ensure();
    await this.owner.ensure();
    if (!this.owner.isOwner) return;
    if (!this.isRestored) await removeLeftRuns(this.rooms);
    this.rooms.networks.restore(await this.rooms.engine.listNetworks([`${LABEL.node}=${this.rooms.node}`]), this.rooms.clock.now());
    await this.rooms.cache.relist(false);
    await this.takeOverFound();
    await this.deletions.carryOut(
      (podUid) => this.managed.get(podUid),
      (podUid, graceSeconds) => this.bare.remove(podUid, graceSeconds),
    );
    await removeOrphanVolumes((podUid) => this.isKnown(podUid), this.rooms);
    this.isRestored = true;
  }

  wakeAll(): void {
    this.managed.forEach((pod) => pod.worker.wake());
  }

  /** From time to time: mends what missed events left wrong, and removes what nobody needs any more. */
  async tidy(): Promise<void> {
    if (!this.feed.connected || !this.owner.isOwner) return;
    await this.owner.ensure();
    await this.rooms.cache.relist(true);
    await this.takeOverFound();
    await removeOrphanVolumes((podUid) => this.isKnown(podUid), this.rooms);
    await tidyDisk(this.managed, this.rooms);
    await this.rooms.secrets.endUnused();
    await this.rooms.messages.removeUnused();
    const now = this.rooms.clock.now();
    await this.rooms.networks.removeEmpty(new Date(now.getTime() - EMPTY_NETWORK_KEEP_MS), now);
  }

  /** Stops acting; the pods keep running. */
  async stop(): Promise<void> {
    this.managed.forEach((pod) => pod.rest());
    // A claim that is being made must be known before it can be given back.
    await within(STOP_WAIT_MS, Promise.allSettled([this.reconciling, this.rooms.messages.settled()]), this.rooms.clock);
    await this.owner.release();
  }

  async handle(event: ContainerEvent): Promise<void> {
    this.rooms.secrets.handle(event);
    await this.owner.handle(event);
    await this.rooms.cache.handle(event);
  }

  inspected(details: ContainerDetails): void {
    const podUid = details.Config.Labels?.[LABEL.podUid];
    if (podUid === undefined || this.managed.has(podUid) || this.creating.has(podUid)) return;
    this.found.note(details);
  }

  changed(podUid: string): void {
    const pod = this.managed.get(podUid);
    if (pod?.isFinished === true) this.rooms.ledger.end(podUid);
    if (pod !== undefined) return pod.worker.wake();
    if (this.rooms.cache.get(podUid) === undefined && !this.creating.has(podUid)) this.rooms.ledger.release(podUid);
    // What a create made that was cut short shows up afterwards.
    const isStray = this.isRestored && !this.creating.has(podUid) && this.rooms.cache.get(podUid) !== undefined && (this.deletions.hasCome(podUid) || this.abandoned.has(podUid));
    if (isStray) this.bare.sweep(podUid, this.deletions.graceSecondsOf(podUid) ?? 0);
  }

  private manage(record: PodRecord, ended?: ReadonlyMap<string, ObservedContainer>): ManagedPod {
    const mayAct = (): boolean => this.feed.connected && this.owner.isOwner;
    const pod = new ManagedPod(record, this.rooms, (one) => syncPod(one, this.rooms, mayAct), ended);
    this.managed.set(pod.uid, pod);
    const forgetTokens = watchTokens(pod, this.rooms.clock);
    void pod.gone.then(() => {
      forgetTokens();
      this.managed.delete(pod.uid);
      this.rooms.events.forget(pod.uid);
      pod.logger.info('pod is removed');
    });
    return pod;
  }

  private async takeOverFound(): Promise<void> {
    const { sandboxes, others } = this.found.take();
    for (const { podUid, details } of sandboxes) await this.takeOver(podUid, details);
    for (const { podUid, details } of others) {
      if (!this.managed.has(podUid)) this.rooms.ledger.noteStranger(details, podUid);
    }
  }

  /** One pod that cannot be taken over must not keep the others from it. */
  private async takeOver(podUid: string, details: ContainerDetails): Promise<void> {
    if (this.managed.has(podUid) || this.creating.has(podUid)) return;
    try {
      // Its create was answered with an error: none of its containers was ever started.
      if (this.abandoned.delete(podUid)) return await this.bare.remove(podUid, 0);
      const found = await recoverPod(podUid, details, this.rooms);
      if (found !== undefined) this.resume(found);
    } catch (error) {
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      this.report('a pod on the engine could not be taken over', podUid, error);
    }
  }

  private resume({ record, stage }: FoundPod): void {
    const { uid } = record.pod.metadata;
    const pod = this.manage(record);
    if (record.sealed !== undefined) this.rooms.secrets.use(uid);
    pod.worker.wake();
    this.rooms.networks.adopt(record.network, this.rooms.clock.now());
    this.rooms.ledger.adopt(record, pod.isFinished);
    pod.addEvent('Normal', 'Adopted', 'The pod was found on the engine and is taken over');
    if (stage === 'deleting' || this.deletions.hasCome(uid)) {
      this.deletions.note(uid, true);
      pod.beginDeletion(this.deletions.graceSecondsOf(uid) ?? record.pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
    }
  }

  private isKnown(podUid: string): boolean {
    return this.managed.has(podUid) || this.creating.has(podUid) || this.rooms.cache.get(podUid) !== undefined;
  }

  private report(what: string, podUid: string, error: unknown): void {
    this.rooms.logger.warn(what, { podUid, reason: messageOf(error) });
  }
}
