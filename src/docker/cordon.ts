import type { Clock } from '../clock.js';
import type { Engine, VolumeSummary } from '../engine/index.js';
import type { Logger } from '../log.js';
import { LABEL } from './record/index.js';

/** `io.kubernetes.docker.type` of a mark. */
export const CORDON = 'cordon';
const SINCE = 'interlink.eu/since';

/** Engine volume that says that a node is cordoned. */
export function cordonName(node: string): string {
  return `interlink_${CORDON}_${node}`;
}

export interface CordonRooms {
  readonly engine: Engine;
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Whether the node takes new pods. An empty engine volume is the mark: it needs no image, and outlives plugin and engine. A prune of
 * volumes can take it: while a plugin runs it is made again, as only `set` ends a cordon. One that somebody else has made counts.
 */
export class Cordon {
  private cordonedSince: Date | undefined;
  /** One look or change at a time: a look that began before an uncordon must not bring the mark back. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly rooms: CordonRooms) {}

  /** As it was seen last; absent: the node takes pods. */
  get since(): Date | undefined {
    return this.cordonedSince;
  }

  /** Looks for the mark: at every connect, and from time to time. */
  look(): Promise<void> {
    return this.inTurn(() => this.lookNow());
  }

  /** Resolves when the engine has it so. */
  set(isWanted: boolean): Promise<void> {
    return this.inTurn(() => this.setNow(isWanted));
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async lookNow(): Promise<void> {
    const { node, clock, logger } = this.rooms;
    const mark = await this.find();
    if (mark !== undefined && this.cordonedSince === undefined) {
      this.cordonedSince = toDate(mark.Labels[SINCE]) ?? clock.now();
      logger.info('the node is cordoned: the cluster is told that it has room for no pod', { node, since: this.cordonedSince.toISOString() });
    } else if (mark === undefined && this.cordonedSince !== undefined) {
      await this.mark(this.cordonedSince);
      logger.warn('the mark that the node is cordoned was gone from the engine, and is made again', { node });
    }
  }

  private async setNow(isWanted: boolean): Promise<void> {
    const { engine, node, clock, logger } = this.rooms;
    const since = isWanted ? (this.cordonedSince ?? clock.now()) : undefined;
    if (since !== undefined) await this.mark(since);
    else if ((await this.find()) !== undefined) await engine.removeVolume(cordonName(node));
    if (isWanted !== (this.cordonedSince !== undefined)) logger.info(isWanted ? 'the node is cordoned' : 'the node takes pods again', { node });
    this.cordonedSince = since;
  }

  private async find(): Promise<VolumeSummary | undefined> {
    const { engine, node } = this.rooms;
    const marks = await engine.listVolumes([`${LABEL.node}=${node}`, `${LABEL.type}=${CORDON}`]);
    return marks.find(({ Name }) => Name === cordonName(node));
  }

  private async mark(since: Date): Promise<void> {
    const { engine, node } = this.rooms;
    await engine.createVolume(cordonName(node), { [LABEL.node]: node, [LABEL.type]: CORDON, [SINCE]: since.toISOString() });
  }
}

function toDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}
