import { ProviderError } from '../errors.js';
import type { NodeOperations, NodeReport, NodeState } from '../provider/index.js';
import type { EventFeed } from './cache/index.js';
import { Cordon } from './cordon.js';
import { livingPods } from './living-pods.js';
import { toNodeReport } from './node-report.js';
import { evict, type Pods, type Rooms, superseded, toProviderError } from './pods/index.js';

/** What is done with the node as a whole: what the cluster is told of it, and how its operator takes it out of service. */
export class Operations implements NodeOperations {
  private readonly cordonMark: Cordon;

  constructor(
    private readonly rooms: Rooms,
    private readonly pods: Pods,
    private readonly feed: EventFeed,
  ) {
    this.cordonMark = new Cordon(rooms);
  }

  report(): NodeReport {
    const { ledger, traits } = this.rooms;
    const isReady = this.feed.connected && this.pods.isOwner;
    return toNodeReport(ledger.allocatable, traits.policy.taints, { isEngineKnown: traits.abilities.cpus > 0, isReady, isCordoned: this.cordonMark.since !== undefined });
  }

  state(): NodeState {
    const { node, journal } = this.rooms;
    const { since } = this.cordonMark;
    return {
      node,
      ...(since !== undefined && { cordonedSince: since.toISOString() }),
      isEngineConnected: this.feed.connected,
      isDurable: journal.isDurable,
      pods: livingPods(this.pods, this.rooms),
    };
  }

  async cordon(isWanted: boolean): Promise<NodeState> {
    this.requireEngine();
    try {
      await this.cordonMark.set(isWanted);
    } catch (error) {
      throw toProviderError(error, `node ${this.rooms.node}`);
    }
    return this.state();
  }

  async drain(): Promise<NodeState> {
    await this.cordon(true);
    const message = `The node ${this.rooms.node} is being drained by its operator.`;
    const living = this.pods.all().filter((pod) => !pod.isFinished);
    await Promise.all(living.map((pod) => evict(pod, message, this.rooms)));
    return this.state();
  }

  /** At every connect, and from time to time: whether the node is cordoned. */
  async look(): Promise<void> {
    if (this.pods.isOwner) await this.cordonMark.look();
  }

  private requireEngine(): void {
    // For good, as an engine that is away is not: who asks again would wait for ever.
    if (!this.pods.isOwner) throw new ProviderError('Conflict', superseded(this.rooms.node).message);
    if (!this.feed.connected) throw new ProviderError('EngineUnavailable', 'the Docker Engine is away: nothing was changed');
  }
}
