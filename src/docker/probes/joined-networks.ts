import type { Clock } from '../../clock.js';
import { type Engine, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { NodeAddresses, PodNetworkPlace } from './types.js';

/** A network that no probe has used for so long is left. */
const IDLE_MS = 60_000;

interface Joined {
  readonly done: Promise<void>;
  callOff: () => void;
}

/** The networks of pods that the plugin's own container has joined. */
export class JoinedNetworks {
  private readonly joined = new Map<string, Joined>();

  constructor(
    private readonly engine: Engine,
    private readonly addresses: NodeAddresses,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves when our container is on the network. */
  async ensure(containerId: string, network: PodNetworkPlace): Promise<void> {
    let joined = this.joined.get(network.name);
    if (joined === undefined) {
      const begun: Joined = { done: this.join(containerId, network), callOff: () => undefined };
      begun.done.catch(() => this.joined.delete(network.name));
      this.joined.set(network.name, begun);
      joined = begun;
    }
    joined.callOff();
    joined.callOff = this.clock.at(new Date(this.clock.now().getTime() + IDLE_MS), () => void this.leave(containerId, network.name));
    await joined.done;
  }

  /** Leaves all of them. */
  async stop(containerId: string): Promise<void> {
    await Promise.all([...this.joined.keys()].map((name) => this.leave(containerId, name)));
  }

  private async join(containerId: string, { name, subnet }: PodNetworkPlace): Promise<void> {
    const address = this.addresses.claimForNode(name, subnet);
    try {
      // What a plugin before us, in the same container, left.
      await this.engine.leaveNetwork(name, containerId);
      await this.engine.joinNetwork(name, containerId, { IPAMConfig: { IPv4Address: address } });
      this.logger.info('the plugin has joined the network of pods that it probes', { network: name });
    } catch (error) {
      this.addresses.giveBackForNode(name);
      throw error;
    }
  }

  private async leave(containerId: string, name: string): Promise<void> {
    this.joined.get(name)?.callOff();
    if (!this.joined.delete(name)) return;
    try {
      await this.engine.leaveNetwork(name, containerId);
      this.addresses.giveBackForNode(name);
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) this.logger.warn('the plugin could not leave a network', { network: name, reason: messageOf(error) });
    }
  }
}
