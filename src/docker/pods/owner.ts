import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { type ContainerDetails, type ContainerEvent, type Engine, EngineError, isEngineError } from '../../engine/index.js';
import type { Logger } from '../../log.js';
import { LABEL } from '../record/index.js';
import { hasEnded, thisProcess } from './holder-process.js';

const INSTANCE = 'interlink.eu/instance';
/** Which process holds a claim, see `thisProcess`. */
export const PROCESS = 'interlink.eu/process';
/** `io.kubernetes.docker.type` of a claim. */
export const OWNER = 'owner';

/** Of the claim to a node name. */
export function ownerName(node: string): string {
  return `interlink_owner_${node}`;
}

/** How long a look at the claim is good for: nothing is done to the engine on an older one. */
const FRESH_MS = 5_000;
/** Who takes a name over acts after this at the earliest, unless the one before has said that it has stopped, or has ended. */
const LEAVE_MS = FRESH_MS + 1_000;
const LOOK_MS = 50;
/** Looks that failed, or took too long to be good for anything, before a call is given up. */
const MOST_LOOKS = 3;

export interface OwnerRooms {
  /** As it is, without leave. */
  readonly engine: Engine;
  readonly node: string;
  /** Name of the sandbox image. */
  readonly image: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One plugin a node name: the later one claims the name by a container on the engine, the earlier one sees its claim taken
 * and stops acting. A claim is taken by renaming it, so that a prune (which removes it) is no take-over. Invariants:
 * - a call that changes something is sent only within 5 s of a look at the claim that was begun when it was still ours;
 * - who takes a claim over sends none until the one before has removed its old claim, has ended, or 6 s have passed.
 */
export class NodeOwner {
  private readonly instance = randomUUID();
  private readonly name: string;
  private claimId: string | undefined;
  private lost = false;
  private isReleased = false;
  private confirmedAt: { readonly wall: number; readonly steady: number } | undefined;
  private confirming: Promise<void> | undefined;
  /** Calls under way that change something. */
  private acts = 0;
  private onQuiet: () => void = () => undefined;
  private onLost: () => void = () => undefined;

  constructor(private readonly rooms: OwnerRooms) {
    this.name = ownerName(rooms.node);
  }

  /** Calls `listener` when another plugin has claimed the node name. */
  whenLost(listener: () => void): void {
    this.onLost = listener;
  }

  /** False once another plugin has claimed the node name. */
  get isOwner(): boolean {
    return !this.lost;
  }

  /** Makes a call that changes something on the engine, if the name is ours. @throws EngineError `Aborted` when it is not */
  readonly act = async <T>(call: () => Promise<T>): Promise<T> => {
    await this.requireFresh();
    this.acts++;
    try {
      return await call();
    } finally {
      if (--this.acts === 0) this.onQuiet();
    }
  };

  /** Something is about to be changed: the look that it may need is begun. */
  prepare(): void {
    this.requireFresh().catch(() => undefined); // told by the call that needs it
  }

  /** Claims the name at start, whoever has it; later only makes sure that it is still ours. */
  async ensure(): Promise<void> {
    if (this.lost || this.isReleased) return;
    if (this.claimId !== undefined) return this.confirm();
    await this.takeOver();
    await this.removeSuperseded();
  }

  /** Follows what happens to the claim. */
  async handle(event: ContainerEvent): Promise<void> {
    if (this.lost || this.isReleased || event.containerId !== this.claimId) return;
    if (event.action === 'rename') await this.loseAndLeave(event.containerId);
    if (event.action === 'destroy') await this.claimAgain();
  }

  /** Gives the name back for good, unless somebody else has it by now. */
  async release(): Promise<void> {
    this.isReleased = true;
    const id = this.claimId;
    this.claimId = undefined;
    if (id !== undefined && !this.lost) await this.rooms.engine.removeContainer(id);
  }

  private async requireFresh(): Promise<void> {
    for (let look = 1; !this.isFresh() && !this.lost; look++) {
      if (this.isReleased || this.claimId === undefined) break;
      this.confirming ??= this.confirm().finally(() => (this.confirming = undefined));
      try {
        await this.confirming;
      } catch (error) {
        if (look === MOST_LOOKS) throw error;
      }
      if (look === MOST_LOOKS && !this.isFresh()) break;
    }
    if (!this.isFresh()) throw new EngineError('Aborted', `whether this plugin may act for the node ${this.rooms.node} is not known`);
  }

  /** By both clocks: one stands still while the machine sleeps, the other may be set back. */
  private isFresh(): boolean {
    if (this.lost || this.isReleased || this.claimId === undefined || this.confirmedAt === undefined) return false;
    const wallMs = this.rooms.clock.now().getTime() - this.confirmedAt.wall;
    return wallMs >= 0 && wallMs < FRESH_MS && performance.now() - this.confirmedAt.steady < FRESH_MS;
  }

  private now(): { readonly wall: number; readonly steady: number } {
    return { wall: this.rooms.clock.now().getTime(), steady: performance.now() };
  }

  /** Looks at the claim: by its id, as its name may be somebody else's by now. */
  private async confirm(): Promise<void> {
    const id = this.claimId;
    if (id === undefined || this.lost) return;
    const begun = this.now();
    const claim = await this.find(id);
    if (claim === undefined) return this.claimAgain();
    if (claim.Name !== `/${this.name}`) return this.loseAndLeave(id);
    this.confirmedAt = begun;
  }

  /** The claim is gone: by a prune, unless there is another one in its place. */
  private async claimAgain(): Promise<void> {
    await this.create(() => this.lose());
  }

  private async takeOver(): Promise<void> {
    const { engine, logger, node } = this.rooms;
    await this.create(async (holder) => {
      logger.warn('another plugin had this node name, or was killed with it; it is ours now', { node });
      await engine.renameContainer(holder.Id, `${this.name}_superseded_${this.instance}`).catch(ignoreGone);
      // One that takes the loss of its claim for a prune is in our place for a moment: it is taken from that one as well.
      await this.takeOver();
    });
  }

  /** Waits for all who had the name to stop, also for those whom another one took it from; then their claims go. */
  private async removeSuperseded(): Promise<void> {
    const { engine, node } = this.rooms;
    const claims = await engine.listContainers([`${LABEL.node}=${node}`, `${LABEL.type}=${OWNER}`]);
    const superseded = claims.filter(({ Names }) => Names.some((name) => name.startsWith(`/${this.name}_superseded_`)));
    await Promise.all(
      superseded.map(async ({ Id, Labels }) => {
        await this.untilLeft(Id, Labels[PROCESS] ?? '');
        await engine.removeContainer(Id);
      }),
    );
  }

  /** Until the one before has stopped: it removes its old claim then. */
  private async untilLeft(claimId: string, holder: string): Promise<void> {
    if (await hasEnded(holder)) return;
    const begun = this.now();
    while (this.now().wall - begun.wall < LEAVE_MS && performance.now() - begun.steady < LEAVE_MS) {
      if (this.isReleased || (await this.find(claimId)) === undefined) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.rooms.logger.warn('the plugin that had this node name has not said that it has stopped', { node: this.rooms.node });
  }

  private async create(onTaken: (holder: ContainerDetails) => Promise<void> | void): Promise<void> {
    const { engine, node, image } = this.rooms;
    const labels = { [LABEL.node]: node, [LABEL.type]: OWNER, [INSTANCE]: this.instance, [PROCESS]: await thisProcess() };
    const begun = this.now();
    try {
      this.claimId = await engine.createContainer(this.name, { Image: image, Cmd: ['pause'], Labels: labels });
      this.confirmedAt = begun;
      if (this.isReleased) await this.release(); // meanwhile
    } catch (error) {
      if (!isEngineError(error, 'Conflict')) throw error;
      const holder = await this.find(this.name);
      if (holder === undefined) return this.create(onTaken); // gone meanwhile
      // Ours after all: the answer to an earlier call was lost.
      if (holder.Config.Labels?.[INSTANCE] === this.instance) this.claimId = holder.Id;
      else await onTaken(holder);
    }
  }

  private async find(nameOrId: string): Promise<ContainerDetails | undefined> {
    try {
      return await this.rooms.engine.inspectContainer(nameOrId);
    } catch (error) {
      ignoreGone(error);
      return undefined;
    }
  }

  /** Stops acting, and tells the one who has the name by removing the old claim, once nothing is under way. */
  private async loseAndLeave(oldClaim: string): Promise<void> {
    this.lose();
    if (this.acts > 0) await new Promise<void>((resolve) => (this.onQuiet = resolve));
    if ((await this.find(oldClaim)) !== undefined) await this.rooms.engine.removeContainer(oldClaim);
  }

  private lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.rooms.logger.error('another plugin has claimed this node name: this one stops acting', { node: this.rooms.node });
    this.onLost();
  }
}

function ignoreGone(error: unknown): void {
  if (!isEngineError(error, 'NotFound')) throw error;
}
