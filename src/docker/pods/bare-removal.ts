import type { Clock } from '../../clock.js';
import { BackOff, type Trouble } from './back-off.js';
import { removeObjectsOf, stopContainersOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';

/** Stops and removes what the engine has of a UID that has no worker: no readable record, or a create that was cut short. */
export class BareRemoval {
  /** By pod UID; two removals of one container meet in the engine as a conflict. */
  private readonly underWay = new Map<string, Promise<void>>();
  /** By pod UID; each resolves when nothing is left. */
  private readonly untilGone = new Map<string, { readonly retries: BackOff; readonly end: Promise<void> }>();
  private readonly resting = new AbortController();

  constructor(
    private readonly rooms: Rooms,
    /** Whether anything may be tried again now. */
    private readonly mayAct: () => boolean,
  ) {}

  /** One try. */
  remove(podUid: string, graceSeconds: number): Promise<void> {
    const removal = this.underWay.get(podUid) ?? this.removeNow(podUid, graceSeconds).finally(() => this.underWay.delete(podUid));
    this.underWay.set(podUid, removal);
    return removal;
  }

  /** Tries, with a growing back-off, until nothing is left. Rejects only when this plugin stops acting. */
  removeForGood(podUid: string, graceSeconds: number): Promise<void> {
    const known = this.untilGone.get(podUid);
    if (known !== undefined) return known.end;
    const retries = new BackOff();
    const end = this.persist(podUid, graceSeconds, retries).finally(() => this.untilGone.delete(podUid));
    this.untilGone.set(podUid, { retries, end });
    return end;
  }

  /** The same for what nobody waits for. */
  sweep(podUid: string, graceSeconds: number): void {
    this.removeForGood(podUid, graceSeconds).catch(() => undefined); // told in the log already
  }

  isUnderWay(podUid: string): boolean {
    return this.untilGone.has(podUid);
  }

  /** Resolves when nothing is being removed of this UID. */
  async settled(podUid: string): Promise<void> {
    await this.untilGone.get(podUid)?.end.catch(() => undefined);
  }

  /** What keeps a removal from its end. */
  troubleOf(podUid: string): Trouble | undefined {
    return this.untilGone.get(podUid)?.retries.trouble;
  }

  /** Nothing is tried again. */
  rest(): void {
    this.resting.abort(new Error('this plugin has stopped acting'));
  }

  private async persist(podUid: string, graceSeconds: number, retries: BackOff): Promise<void> {
    const { clock, logger } = this.rooms;
    for (let round = 0; ; round++) {
      try {
        // Who asks for the first try may act, though not everything is known yet.
        if (round === 0 || this.mayAct()) {
          await this.remove(podUid, graceSeconds);
          if (retries.succeeded() !== undefined) logger.info('what was left of a pod is removed at last', { podUid });
          return;
        }
      } catch (error) {
        retries.failed(error, 'what is left of a pod could not be removed and is tried again', { clock, logger }, { podUid });
      }
      await pause(retries.waitMs, clock, this.resting.signal);
    }
  }

  private async removeNow(podUid: string, graceSeconds: number): Promise<void> {
    await stopContainersOf(podUid, graceSeconds, this.rooms);
    await removeObjectsOf(podUid, this.rooms);
  }
}

/** @throws `signal.reason` as soon as it is aborted */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      callOff();
      reject(signal.reason as Error);
    };
    const callOff = clock.at(new Date(clock.now().getTime() + ms), () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
