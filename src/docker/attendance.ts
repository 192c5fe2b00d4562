import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';

/** A pod that nobody has asked about for so long, while calls come, is shown as abandoned. */
export const ABANDONED_MS = 24 * 60 * 60_000;
/** Calls that are further apart tell of a caller that was away; that time counts for nobody. Pings come each 30 s. */
const LONGEST_GAP_MS = 5 * 60_000;

interface Asked {
  /** On the clock of heard time. */
  readonly heardMs: number;
  readonly at: Date;
  isAbandoned: boolean;
}

/**
 * Which pods the cluster still asks about. Time counts only while its calls come, so that a caller that was away for long finds no pod
 * abandoned when it is back. In memory: of a plugin that was just started, every pod was asked about at its start.
 */
export class Attendance {
  private readonly asked = new Map<string, Asked>();
  private heardMs = 0;
  private lastCall: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** A call has come from the cluster; these are the pods that it might ask about. */
  heard(podUids: ReadonlySet<string>): void {
    const now = this.clock.now();
    const gapMs = now.getTime() - (this.lastCall ?? now.getTime());
    this.lastCall = now.getTime();
    if (gapMs > 0 && gapMs <= LONGEST_GAP_MS) this.heardMs += gapMs;
    for (const uid of this.asked.keys()) if (!podUids.has(uid)) this.asked.delete(uid);
    for (const podUid of podUids) {
      const asked = this.asked.get(podUid);
      if (asked === undefined) this.asked.set(podUid, { heardMs: this.heardMs, at: now, isAbandoned: false });
      else if (!asked.isAbandoned && this.heardMs - asked.heardMs >= ABANDONED_MS) {
        asked.isAbandoned = true;
        this.logger.warn('nobody has asked about a pod for a day, though calls come: it may be abandoned, and is kept', { podUid, since: asked.at.toISOString() });
      }
    }
  }

  /** The cluster has asked about this pod. */
  askedAbout(podUid: string): void {
    const before = this.asked.get(podUid);
    if (before === undefined) return;
    if (before.isAbandoned) this.logger.info('a pod that seemed abandoned is asked about again', { podUid });
    this.asked.set(podUid, { heardMs: this.heardMs, at: this.clock.now(), isAbandoned: false });
  }

  /** When an abandoned pod was last asked about; `undefined`: it is not abandoned. */
  abandonedSince(podUid: string): Date | undefined {
    const asked = this.asked.get(podUid);
    return asked?.isAbandoned === true ? asked.at : undefined;
  }

  get abandonedCount(): number {
    return [...this.asked.values()].filter(({ isAbandoned }) => isAbandoned).length;
  }
}
