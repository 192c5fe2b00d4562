import type { ObservedContainer, PodRecord } from '../record/index.js';
import { forgetEviction, resumeEviction } from './evict.js';
import { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { syncPod } from './sync.js';
import { watchTokens } from './token-expiry.js';

/** The pods that this plugin looks after, by UID: from when they are on record until nothing of them is left. */
export class ManagedPods {
  private readonly pods = new Map<string, ManagedPod>();

  constructor(
    private readonly rooms: Rooms,
    /** Whether anything may be done to pods now. */
    private readonly mayAct: () => boolean,
  ) {}

  get(podUid: string): ManagedPod | undefined {
    return this.pods.get(podUid);
  }

  has(podUid: string): boolean {
    return this.pods.has(podUid);
  }

  get byUid(): ReadonlyMap<string, ManagedPod> {
    return this.pods;
  }

  /** @param ended ends of its containers that are known from elsewhere than the engine */
  add(record: PodRecord, ended?: ReadonlyMap<string, ObservedContainer>): ManagedPod {
    const pod = new ManagedPod(record, this.rooms, (one) => syncPod(one, this.rooms, this.mayAct), ended);
    this.pods.set(pod.uid, pod);
    resumeEviction(pod, this.rooms);
    const forgetTokens = watchTokens(pod, this.rooms.clock);
    void pod.gone.then(() => {
      forgetTokens();
      this.pods.delete(pod.uid);
      this.rooms.events.forget(pod.uid);
      void forgetEviction(pod.uid, this.rooms.journal);
      pod.logger.info('pod is removed');
    });
    return pod;
  }

  wakeAll(): void {
    this.pods.forEach((pod) => pod.worker.wake());
  }

  /** None of them is looked after any more; what runs of them runs on. */
  restAll(): void {
    this.pods.forEach((pod) => pod.rest());
  }
}
