import { type ContainerDetails, type ContainerEvent, isEngineError } from '../../engine/index.js';
import { messageOf, ProviderError } from '../../errors.js';
import type { Pod } from '../../kube/index.js';
import type { CreateRequest } from '../../provider/index.js';
import type { EventFeed } from '../cache/index.js';
import { LABEL, type ObservedPod, type PodRecord } from '../record/index.js';
import { rebuildRecord } from './adopt.js';
import { acceptWhenEngineIsThere, LONGEST_WAIT_MS } from './creation.js';
import { within } from './deadline.js';
import { Deletions } from './deletions.js';
import { ManagedPod } from './managed-pod.js';
import { NodeOwner } from './owner.js';
import { type FoundPod, FoundSandboxes, recoverPod, removeOrphanVolumes } from './recover.js';
import { removeContainersOf, removeVolumesOf, stopContainersOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';
import { syncPod } from './sync.js';

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
  private readonly found = new FoundSandboxes();
  private readonly owner: NodeOwner;
  private isRestored = false;
  private reconciling: Promise<void> = Promise.resolve();

  constructor(
    private readonly rooms: Rooms,
    private readonly feed: EventFeed,
  ) {
    this.deletions = new Deletions(rooms);
    this.owner = new NodeOwner(rooms, () => this.managed.forEach((pod) => pod.worker.retire()));
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

  list(): readonly ManagedPod[] {
    return [...this.managed.values()];
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
    const cancel = new AbortController();
    const done = this.createNow(request, cancel.signal).finally(() => this.creating.delete(uid));
    this.creating.set(uid, { done, cancel });
    return done;
  }

  private async createNow(request: CreateRequest, cancelled: AbortSignal): Promise<void> {
    const { uid } = request.pod.metadata;
    this.abandoned.delete(uid);
    try {
      const record = await acceptWhenEngineIsThere(request, this.rooms, this.feed, cancelled);
      // The engine may have been away long enough for a reconnect to have found it.
      if (!this.managed.has(uid)) this.manage(record).worker.wake();
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'EngineUnavailable') this.abandoned.add(uid);
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
    const isHere = this.isKnown(uid);
    this.deletions.note(uid, isHere);
    const creation = this.creating.get(uid);
    creation?.cancel.abort();
    await creation?.done.catch(() => undefined);
    const graceSeconds = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    // What an engine has that is away, nobody knows: of pods from before our time, or of a create that was cut short.
    const isUnsure = !this.isRestored || (creation !== undefined && !this.managed.has(uid) && !this.feed.connected);
    if (isUnsure) return this.deleteLater(uid, graceSeconds);
    const managed = this.managed.get(uid) ?? (await this.adopt(pod));
    if (managed !== undefined) return this.terminate(managed, graceSeconds);
    // A pod whose record cannot be read has no worker.
    if (this.rooms.cache.get(uid) !== undefined) return this.removeUnmanaged(uid, graceSeconds);
    if (!isHere && !wasHere) throw new ProviderError('PodNotFound', `No containers found for UUID ${uid}`);
  }

  /** Begins a pod's deletion, puts it on record, and waits for its end. */
  async terminate(pod: ManagedPod, graceSeconds: number): Promise<void> {
    await this.deletions.begin(pod, graceSeconds);
    await within(LONGEST_WAIT_MS, pod.gone, this.rooms.clock);
  }

  private async deleteLater(podUid: string, graceSeconds: number): Promise<void> {
    await this.deletions.postpone(podUid, graceSeconds);
    const timeout = new AbortController();
    const isBack = await within(LONGEST_WAIT_MS, this.feed.whenConnected(timeout.signal), this.rooms.clock);
    timeout.abort();
    if (isBack) await within(LONGEST_WAIT_MS, this.deletions.settled(podUid), this.rooms.clock);
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
    const managed = this.manage(await rebuildRecord(pod, observed, this.rooms));
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
    await this.rooms.sandboxImage.ensure();
    await this.owner.ensure();
    if (!this.owner.isOwner) return;
    this.rooms.networks.restore(await this.rooms.engine.listNetworks([`${LABEL.node}=${this.rooms.node}`]), this.rooms.clock.now());
    await this.rooms.cache.relist(false);
    for (const [podUid, details] of this.found.take()) await this.takeOver(podUid, details);
    await this.deletions.carryOut(
      (podUid) => this.managed.get(podUid),
      (podUid, graceSeconds) => this.removeUnmanaged(podUid, graceSeconds),
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
    await removeOrphanVolumes((podUid) => this.isKnown(podUid), this.rooms);
    const now = this.rooms.clock.now();
    await this.rooms.networks.removeEmpty(new Date(now.getTime() - EMPTY_NETWORK_KEEP_MS), now);
  }

  /** Stops acting; the pods keep running. */
  async stop(): Promise<void> {
    this.managed.forEach((pod) => pod.worker.retire());
    // A claim that is being made must be known before it can be given back.
    await within(STOP_WAIT_MS, this.reconciling.catch(() => undefined), this.rooms.clock);
    await this.owner.release();
  }

  async handle(event: ContainerEvent): Promise<void> {
    await this.owner.handle(event);
    await this.rooms.cache.handle(event);
  }

  inspected(details: ContainerDetails): void {
    const podUid = details.Config.Labels?.[LABEL.podUid];
    if (podUid === undefined || this.managed.has(podUid) || this.creating.has(podUid)) return;
    this.found.note(details);
    for (const [network, { IPAddress: ip }] of Object.entries(details.NetworkSettings.Networks ?? {})) {
      if (ip !== '') this.rooms.networks.noteInUse(network, ip, podUid);
    }
  }

  changed(podUid: string): void {
    const pod = this.managed.get(podUid);
    if (pod !== undefined) return pod.worker.wake();
    if (this.rooms.cache.get(podUid) === undefined && !this.creating.has(podUid)) this.rooms.networks.releaseAll(podUid, this.rooms.clock.now());
    // A create that was under way when its pod's delete ended shows up afterwards.
    const stray = this.isRestored && !this.creating.has(podUid) && this.rooms.cache.get(podUid) !== undefined && this.deletions.hasCome(podUid);
    if (stray) void this.removeAll(podUid).catch((error: unknown) => this.report('what was left of a pod could not be removed', podUid, error));
  }

  private manage(record: PodRecord): ManagedPod {
    const mayAct = (): boolean => this.feed.connected && this.owner.isOwner;
    const pod = new ManagedPod(record, this.rooms, (one) => syncPod(one, this.rooms, mayAct));
    this.managed.set(pod.uid, pod);
    void pod.gone.then(() => {
      this.managed.delete(pod.uid);
      this.rooms.events.forget(pod.uid);
      pod.logger.info('pod is removed');
    });
    return pod;
  }

  /** One pod that cannot be taken over must not keep the others from it. */
  private async takeOver(podUid: string, details: ContainerDetails): Promise<void> {
    if (this.managed.has(podUid) || this.creating.has(podUid)) return;
    try {
      // Its create was answered with an error: none of its containers was ever started.
      if (this.abandoned.delete(podUid)) return await this.removeAll(podUid);
      const found = await recoverPod(podUid, details, this.rooms);
      if (found !== undefined) this.resume(found);
    } catch (error) {
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      this.report('a pod on the engine could not be taken over', podUid, error);
    }
  }

  private resume({ record, stage }: FoundPod): void {
    const { uid, namespace } = record.pod.metadata;
    const pod = this.manage(record);
    this.rooms.networks.adopt(namespace, record.network, uid, this.rooms.clock.now());
    if (stage === 'deleting' || this.deletions.hasCome(uid)) {
      this.deletions.note(uid, true);
      pod.beginDeletion(this.deletions.graceSecondsOf(uid) ?? record.pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
    } else {
      pod.addEvent('Normal', 'Adopted', 'The pod was found on the engine and is taken over');
    }
  }

  private async removeUnmanaged(podUid: string, graceSeconds: number): Promise<void> {
    await stopContainersOf(podUid, graceSeconds, this.rooms);
    await this.removeAll(podUid);
  }

  private async removeAll(podUid: string): Promise<void> {
    await removeContainersOf(podUid, this.rooms);
    await removeVolumesOf(podUid, this.rooms);
  }

  private isKnown(podUid: string): boolean {
    return this.managed.has(podUid) || this.creating.has(podUid) || this.rooms.cache.get(podUid) !== undefined;
  }

  private report(what: string, podUid: string, error: unknown): void {
    this.rooms.logger.warn(what, { podUid, reason: messageOf(error) });
  }
}
