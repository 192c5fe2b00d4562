import { randomUUID } from 'node:crypto';
import { type ContainerEvent, isEngineError } from '../../engine/index.js';
import { LABEL } from '../record/index.js';
import type { Rooms } from './rooms.js';

const INSTANCE = 'interlink.eu/instance';
const OWNER = 'owner';

/**
 * One plugin a node name: the later one claims the name by a container on the engine, the earlier one sees its claim taken
 * and stops acting. A claim is taken by renaming it, so that a prune (which removes it) is no take-over.
 */
export class NodeOwner {
  private readonly instance = randomUUID();
  private readonly name: string;
  private claimId: string | undefined;
  private lost = false;
  private isReleased = false;

  constructor(
    private readonly rooms: Pick<Rooms, 'engine' | 'node' | 'sandboxImage' | 'logger'>,
    private readonly onLost: () => void,
  ) {
    this.name = `interlink_owner_${rooms.node}`;
  }

  /** False once another plugin has claimed the node name. */
  get isOwner(): boolean {
    return !this.lost;
  }

  /** Claims the name at start, whoever has it; later only makes sure that it is still ours. */
  async ensure(): Promise<void> {
    if (this.lost || this.isReleased) return;
    if (this.claimId === undefined) {
      await this.takeOver();
      return this.removeSuperseded();
    }
    if (!(await this.isOurs())) await this.create(() => this.lose());
  }

  /** Follows what happens to the claim. */
  async handle(event: ContainerEvent): Promise<void> {
    if (this.lost || this.isReleased || event.containerId !== this.claimId) return;
    if (event.action === 'rename') this.lose();
    if (event.action === 'destroy') await this.create(() => this.lose());
  }

  /** Gives the name back for good, unless somebody else has it by now. */
  async release(): Promise<void> {
    this.isReleased = true;
    const id = this.claimId;
    this.claimId = undefined;
    if (id !== undefined && !this.lost) await this.rooms.engine.removeContainer(id);
  }

  private async takeOver(): Promise<void> {
    const { engine, logger, node } = this.rooms;
    await this.create(async (holder) => {
      logger.warn('another plugin had this node name, or was killed with it; it is ours now', { node });
      await engine.renameContainer(holder, `${this.name}_superseded_${this.instance}`).catch(ignoreGone);
      await engine.removeContainer(holder);
      await this.create(() => this.lose());
    });
  }

  /** Claims that a plugin renamed and was killed before it could remove them. */
  private async removeSuperseded(): Promise<void> {
    const { engine, node } = this.rooms;
    const claims = await engine.listContainers([`${LABEL.node}=${node}`, `${LABEL.type}=${OWNER}`]);
    const superseded = claims.filter(({ Names }) => Names.some((name) => name.startsWith(`/${this.name}_superseded_`)));
    await Promise.all(superseded.map(({ Id }) => engine.removeContainer(Id)));
  }

  private async isOurs(): Promise<boolean> {
    try {
      const holder = await this.rooms.engine.inspectContainer(this.name);
      if (holder.Config.Labels?.[INSTANCE] !== this.instance) this.lose();
      return true;
    } catch (error) {
      ignoreGone(error);
      return false;
    }
  }

  private async create(onTaken: (holderId: string) => Promise<void> | void): Promise<void> {
    const { engine, node, sandboxImage } = this.rooms;
    const labels = { [LABEL.node]: node, [LABEL.type]: OWNER, [INSTANCE]: this.instance };
    try {
      this.claimId = await engine.createContainer(this.name, { Image: sandboxImage.name, Cmd: ['pause'], Labels: labels });
      if (this.isReleased) await this.release(); // meanwhile
    } catch (error) {
      if (!isEngineError(error, 'Conflict')) throw error;
      const holder = await engine.inspectContainer(this.name);
      // Ours after all: the answer to an earlier call was lost.
      if (holder.Config.Labels?.[INSTANCE] === this.instance) this.claimId = holder.Id;
      else await onTaken(holder.Id);
    }
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
