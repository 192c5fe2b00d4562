import { type ContainerDetails, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Pod } from '../../kube/index.js';
import { LABEL, type ObservedPod } from '../record/index.js';
import { endsOf, rebuildRecord } from './adopt.js';
import type { BareRemoval } from './bare-removal.js';
import type { Creations } from './creations.js';
import { DEFAULT_GRACE_SECONDS, type Deletions } from './deletions.js';
import type { ManagedPod } from './managed-pod.js';
import type { ManagedPods } from './managed-pods.js';
import { type FoundPod, FoundContainers, recoverPod } from './recover.js';
import type { Rooms } from './rooms.js';

/** Takes over what the engine has of pods that nobody here looks after: of a plugin before this one, or whose record somebody removed. */
export class TakeOver {
  private readonly found = new FoundContainers();
  private readonly adopting = new Map<string, Promise<ManagedPod>>();

  constructor(
    private readonly rooms: Rooms,
    private readonly pods: ManagedPods,
    private readonly creations: Creations,
    private readonly deletions: Deletions,
    private readonly bare: BareRemoval,
  ) {}

  /** A container was inspected. */
  note(details: ContainerDetails): void {
    const podUid = details.Config.Labels?.[LABEL.podUid];
    if (podUid === undefined || this.pods.has(podUid) || this.creations.isUnderWay(podUid)) return;
    this.found.note(details);
  }

  /** All that was found since the last time. */
  async all(): Promise<void> {
    const { sandboxes, others } = this.found.take();
    for (const { podUid, details } of sandboxes) await this.one(podUid, details);
    for (const { podUid, details } of others) {
      if (!this.pods.has(podUid)) this.rooms.ledger.noteStranger(details, podUid);
    }
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
    const managed = this.pods.add(record, endsOf(pod, observed, this.rooms.clock.now()));
    this.rooms.ledger.adopt(record, managed.isFinished);
    managed.volumes.doubt();
    managed.addEvent('Warning', 'Adopted', "The pod's record was gone from the engine and has been made again");
    managed.worker.wake();
    return managed;
  }

  /** One pod that cannot be taken over must not keep the others from it. */
  private async one(podUid: string, details: ContainerDetails): Promise<void> {
    if (this.pods.has(podUid) || this.creations.isUnderWay(podUid)) return;
    try {
      // Its create was answered with an error: none of its containers was ever started.
      if (this.creations.isAbandoned(podUid)) return this.bare.sweep(podUid, 0);
      const found = await recoverPod(podUid, details, this.rooms);
      if (found !== undefined) this.resume(found);
    } catch (error) {
      if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      this.rooms.logger.warn('a pod on the engine could not be taken over', { podUid, reason: messageOf(error) });
    }
  }

  private resume({ record, stage }: FoundPod): void {
    const { uid } = record.pod.metadata;
    const pod = this.pods.add(record);
    pod.volumes.doubt();
    if (record.sealed !== undefined) this.rooms.secrets.use(uid);
    pod.worker.wake();
    this.rooms.networks.adopt(record.network, this.rooms.clock.now());
    this.rooms.ledger.adopt(record, pod.isFinished);
    pod.addEvent('Normal', 'Adopted', 'The pod was found on the engine and is taken over');
    if (stage === 'deleting' || this.deletions.hasCome(uid)) {
      if (stage === 'deleting') this.deletions.noteMarked(uid);
      pod.beginDeletion(this.deletions.graceSecondsOf(uid) ?? record.pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
    }
  }
}
