/** How long, in ms, a delete is remembered that has ended. */
export const DELETES_KEPT_MS = 15 * 60_000;
/** Far above what a cluster deletes in that time; the oldest go first. */
const MOST = 50_000;

/** UIDs whose delete has come: for 15 minutes their create is refused, and a second delete is a success if the pod was here. */
export class Tombstones {
  private readonly stones = new Map<string, { readonly at: number; readonly wasHere: boolean }>();

  /** A delete has come. @param wasHere whether there was a pod of this UID */
  add(podUid: string, wasHere: boolean, now: Date): void {
    const before = this.stones.get(podUid);
    this.stones.delete(podUid);
    this.stones.set(podUid, { at: now.getTime(), wasHere: wasHere || before?.wasHere === true });
    this.expire(now);
  }

  /** Whether a delete of this UID has come. */
  has(podUid: string, now: Date): boolean {
    this.expire(now);
    return this.stones.has(podUid);
  }

  /** True when a pod of this UID was here and its delete has come. */
  wasHere(podUid: string, now: Date): boolean {
    return this.has(podUid, now) && this.stones.get(podUid)?.wasHere === true;
  }

  /** Insertion order is age order, so only the expired are looked at. */
  private expire(now: Date): void {
    for (const [uid, { at }] of this.stones) {
      if (now.getTime() - at < DELETES_KEPT_MS && this.stones.size <= MOST) return;
      this.stones.delete(uid);
    }
  }
}
