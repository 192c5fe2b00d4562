import type { ContainerDetails, ContainerEvent } from '../../engine/index.js';
import { messageOf, ProviderError } from '../../errors.js';
import type { Pod } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import type { EventFeed } from '../cache/index.js';
import type { PendingDelete } from '../journal/index.js';
import { LABEL } from '../record/index.js';
import type { Standstill } from '../status/index.js';
import type { Trouble } from './back-off.js';
import { BareRemoval } from './bare-removal.js';
import { LONGEST_WAIT_MS } from './creation.js';
import { Creations } from './creations.js';
import { within } from './deadline.js';
import { DEFAULT_GRACE_SECONDS, Deletions, type PendingDeletion } from './deletions.js';
import { toProviderError } from './engine-failure.js';
import { Housekeeping } from './housekeeping.js';
import type { ManagedPod } from './managed-pod.js';
import { ManagedPods } from './managed-pods.js';
import type { NodeOwner } from './owner.js';
import { removeOrphanVolumes } from './recover.js';
import type { Rooms } from './rooms.js';
import type { OrphanCounts } from './sweeper.js';
import { TakeOver } from './take-over.js';

const STOP_WAIT_MS = 5_000;

/**
 * All pods of this node. Invariants: a UID is managed, being created, or unknown; once its delete has come it is never started
 * again; what the engine has of a UID that nobody wants is removed.
 */
export class Pods {
  private readonly managed: ManagedPods;
  private readonly creations: Creations;
  private readonly deletions: Deletions;
  private readonly bare: BareRemoval;
  private readonly takeOver: TakeOver;
  private readonly owner: NodeOwner;
  private readonly housekeeping: Housekeeping;
  private isRestored = false;
  private isResting = false;
  private reconciling: Promise<void> = Promise.resolve();

  constructor(
    private readonly rooms: Rooms,
    private readonly feed: EventFeed,
  ) {
    this.deletions = new Deletions(rooms);
    const mayAct = (): boolean => feed.connected && this.owner.isOwner && !this.isResting;
    this.bare = new BareRemoval(rooms, mayAct);
    this.owner = rooms.owner;
    this.owner.whenLost(() => this.rest());
    this.managed = new ManagedPods(rooms, mayAct);
    this.creations = new Creations(rooms, feed, this.managed, this.bare, () => this.owner.isOwner);
    this.housekeeping = new Housekeeping(rooms, (podUid) => this.isKnown(podUid));
    this.takeOver = new TakeOver(rooms, this.managed, this.creations, this.deletions, this.bare);
  }

  /** True once the pods that the engine had at start are known. */
  get restored(): boolean {
    return this.isRestored;
  }

  /** False once another plugin has claimed this node name. */
  get isOwner(): boolean {
    return this.owner.isOwner;
  }

  /** Why nothing is done for any pod; `undefined`: it is. */
  get standstill(): Standstill | undefined {
    if (!this.owner.isOwner) return 'superseded';
    return this.feed.connected ? undefined : 'engineAway';
  }

  /** Every pod that is looked after. */
  all(): readonly ManagedPod[] {
    return [...this.managed.byUid.values()];
  }

  /** Deletions that have come and not ended. */
  pendingDeletions(): readonly PendingDeletion[] {
    return this.deletions.pending(this.managed.byUid.values());
  }

  /** Engine objects of this node that belong to no pod. */
  get orphans(): OrphanCounts {
    return this.housekeeping.orphans;
  }

  /** What keeps the removal of a pod from its end that nobody looks after. */
  troubleOf(podUid: string): Trouble | undefined {
    return this.bare.troubleOf(podUid);
  }

  get(podUid: string): ManagedPod | undefined {
    return this.managed.get(podUid);
  }

  /** Pods that this plugin looks after, that are being created, or of which the engine has something all the same. */
  knownUids(): ReadonlySet<string> {
    return new Set([...this.managed.byUid.keys(), ...this.creations.uids, ...this.rooms.cache.uids]);
  }

  /** True while a create of this UID runs. */
  isCreating(podUid: string): boolean {
    return this.creations.isUnderWay(podUid);
  }

  /** Takes a pod on; the same UID again is the same pod. @throws ProviderError */
  async create(request: CreateRequest): Promise<void> {
    const { uid } = request.pod.metadata;
    if (this.deletions.hasCome(uid) || this.managed.get(uid)?.isDeleting) {
      throw new ProviderError('PodDeleted', `pod ${uid} has been deleted and is not created again`);
    }
    if (this.managed.has(uid)) return;
    await this.creations.begin(request);
  }

  /**
   * Stops and removes a pod; resolves when it is gone, at the latest after 100 s with the deletion on record.
   * @throws ProviderError `PodNotFound` for a UID never heard of; `EngineUnavailable` when neither engine nor disk has it on record
   */
  async delete(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    const wasHere = this.deletions.wasHere(uid);
    if (this.isRestored && !this.isKnown(uid)) {
      if (wasHere) return;
      await this.deletions.noteUnknown(uid);
      throw new ProviderError('PodNotFound', `No containers found for UUID ${uid}`);
    }
    await this.removeForGood(pod, pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
  }

  /** Owns the removal of a pod from now on, and waits for its end, at most 100 s. */
  async removeForGood(pod: Pod, graceSeconds: number): Promise<void> {
    const entry = await this.deletions.write(pod.metadata.uid, Math.max(graceSeconds, 0));
    const hasEnded = await within(LONGEST_WAIT_MS, this.carryOutDelete(pod, entry), this.rooms.clock);
    if (hasEnded || this.deletions.isDurable(entry.podUid)) return;
    const { namespace, name } = pod.metadata;
    throw new ProviderError('EngineUnavailable', `pod ${namespace}/${name}: its deletion goes on, but neither the Docker Engine nor DataDir has it on record, so that it is forgotten if the plugin stops`);
  }

  private async carryOutDelete(pod: Pod, entry: PendingDelete): Promise<void> {
    const { uid, name, namespace } = pod.metadata;
    await this.creations.cancel(uid);
    // What an engine has that is away, nobody knows: of pods from before our time, or of a create that was cut short.
    const isUnsure = !this.isRestored || (!this.managed.has(uid) && !this.feed.connected);
    if (isUnsure) {
      await this.feed.whenConnected(new AbortController().signal); // carried out on the way there
    } else {
      try {
        const managed = this.managed.get(uid) ?? (await this.adopt(pod));
        if (managed !== undefined) await this.deletions.begin(managed, entry);
        else this.deletions.strikeOutAfter(entry, this.bare.removeForGood(uid, entry.graceSeconds));
      } catch (error) {
        throw toProviderError(error, `pod ${namespace}/${name}`);
      }
    }
    await this.deletions.settled(uid);
  }

  /** A pod whose sandbox is gone but whose containers are here is taken over, with the spec the cluster has of it. */
  adopt(pod: Pod): Promise<ManagedPod | undefined> {
    return this.takeOver.adopt(pod);
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
    if (!this.isRestored) await this.housekeeping.begin();
    this.rooms.networks.restore(await this.rooms.engine.listNetworks([`${LABEL.node}=${this.rooms.node}`]), this.rooms.clock.now());
    await this.rooms.cache.relist(false);
    await this.takeOver.all();
    await this.deletions.carryOut(
      (podUid) => this.managed.get(podUid),
      (podUid, graceSeconds) => this.bare.removeForGood(podUid, graceSeconds),
    );
    await removeOrphanVolumes((podUid) => this.isKnown(podUid), this.rooms);
    this.isRestored = true;
  }

  wakeAll(): void {
    this.managed.wakeAll();
  }

  /** From time to time: mends what missed events left wrong, and removes what nobody needs any more. */
  async tidy(): Promise<void> {
    if (!this.feed.connected || !this.owner.isOwner) return;
    await this.owner.ensure();
    await this.rooms.cache.relist(true);
    await this.takeOver.all();
    await this.deletions.tidy();
    await this.housekeeping.tidy(this.managed.byUid);
  }

  /** Stops looking after pods; they keep running. */
  async stop(): Promise<void> {
    this.rest();
    // A claim that is being made must be known before it can be given back.
    await within(STOP_WAIT_MS, Promise.allSettled([this.reconciling, this.rooms.messages.settled()]), this.rooms.clock);
    if (this.feed.connected && this.owner.isOwner) await within(STOP_WAIT_MS, this.removeUnusedFiles(), this.rooms.clock);
  }

  /** Gives the node name back: nothing can be changed any more. */
  async release(): Promise<void> {
    await this.owner.release();
  }

  private rest(): void {
    this.isResting = true;
    this.managed.restAll();
    this.bare.rest();
  }

  /** What is left of them, the next plugin of this node finds. */
  private async removeUnusedFiles(): Promise<void> {
    const { messages, logger } = this.rooms;
    await messages.leave().catch((error: unknown) => logger.warn('files for the last words of containers could not be removed', { reason: messageOf(error) }));
  }

  async handle(event: ContainerEvent): Promise<void> {
    this.rooms.secrets.handle(event);
    await this.owner.handle(event);
    await this.rooms.cache.handle(event);
  }

  inspected(details: ContainerDetails): void {
    this.takeOver.note(details);
  }

  changed(podUid: string): void {
    const pod = this.managed.get(podUid);
    if (pod?.isFinished === true) this.rooms.ledger.end(podUid);
    if (pod !== undefined) return pod.worker.wake();
    if (this.rooms.cache.get(podUid) === undefined && !this.creations.isUnderWay(podUid)) this.rooms.ledger.release(podUid);
    // What a create made that was cut short shows up afterwards.
    const isStray = this.isRestored && !this.creations.isUnderWay(podUid) && this.rooms.cache.get(podUid) !== undefined && (this.deletions.hasCome(podUid) || this.creations.isAbandoned(podUid));
    if (isStray) this.bare.sweep(podUid, this.deletions.graceSecondsOf(podUid) ?? 0);
  }

  private isKnown(podUid: string): boolean {
    return this.managed.has(podUid) || this.creations.isUnderWay(podUid) || this.rooms.cache.get(podUid) !== undefined;
  }
}
