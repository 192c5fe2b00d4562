import { type Engine, isEngineError, type NetworkSummary } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { ExclusiveClaims } from '../ledger/index.js';
import { isHostNetwork, LABEL, networkName } from '../record/index.js';
import { chooseAddress, chooseSubnet, gatewayOf } from './addresses.js';

export interface NetworkSettings {
  /** Range in CIDR form from which every namespace gets a subnet. */
  readonly podCidr: string;
  /** Prefix length of a namespace's subnet. */
  readonly subnetBits: number;
}

interface KnownNetwork {
  readonly name: string;
  readonly namespace: string;
  readonly subnet: string;
  lastAddress?: string;
  /** When a pod was last seen to have an address of it; a network without pods is kept for a while. */
  lastUsed: Date;
}

/**
 * One engine network per Kubernetes namespace and node name, and the choice of addresses on it. The plugin is its own address
 * manager: an address is claimed at `/create`, in the ledger, and stays the pod's until the pod is removed.
 */
export class PodNetworks {
  private readonly known = new Map<string, KnownNetwork>();
  /** Work on one network at a time: making and removing it must not overlap. */
  private readonly tails = new Map<string, Promise<unknown>>();

  constructor(
    private readonly engine: Engine,
    private readonly node: string,
    private readonly settings: NetworkSettings,
    /** Who has which address, by the name of its network. */
    private readonly addresses: ExclusiveClaims,
    private readonly logger: Logger,
  ) {}

  /**
   * Ensures the namespace's network and claims an address on it for a pod; asked again, it is the one that the pod has.
   * @param wanted.ip the address that the pod's running container already has
   * @throws ProviderError `OutOfResources` when the range or the subnet is used up
   */
  async claim(namespace: string, podUid: string, now: Date, wanted: { readonly ip?: string | undefined; readonly signal?: AbortSignal } = {}): Promise<{ name: string; subnet: string; ip: string }> {
    const name = networkName(this.node, namespace);
    return this.serially(name, async () => {
      const network = (await this.stillThere(name)) ?? (await this.make(name, namespace, now, wanted.signal));
      const [held] = this.addresses.heldBy(name, podUid);
      const ip = wanted.ip ?? held ?? chooseAddress(network.subnet, (address) => this.addresses.holderOf(name, address) !== undefined, network.lastAddress);
      if (ip === undefined) {
        throw new ProviderError('OutOfResources', `subnet ${network.subnet} of namespace ${namespace} is full; widen Network.SubnetBits`);
      }
      this.addresses.take(name, ip, podUid);
      network.lastAddress = ip;
      network.lastUsed = now;
      return { name, subnet: network.subnet, ip };
    });
  }

  /** An address under which pods reach the host: the one on the engine's own network. @throws ProviderError `InvalidPod` */
  async hostAddress(signal?: AbortSignal): Promise<string> {
    const bridge = (await this.engine.listNetworks([], signal)).find(({ Name }) => Name === 'bridge');
    if (bridge?.Subnets[0] === undefined) throw new ProviderError('InvalidPod', 'pod.spec.hostNetwork: the address of the host is not known; Network.HostIP names it');
    return gatewayOf(bridge.Subnets[0]);
  }

  /** Learns of the network of a pod that was found on the engine. */
  adopt(namespace: string, network: { readonly name: string; readonly subnet: string }, now: Date): void {
    if (!isHostNetwork(network) && !this.known.has(network.name)) this.remember(network.name, namespace, network.subnet, now);
  }

  /** Makes a network again that an operator's prune took, with the subnet its pods have addresses of. */
  async ensure(namespace: string, network: { readonly name: string; readonly subnet: string }): Promise<void> {
    if (isHostNetwork(network)) return;
    await this.serially(network.name, async () => {
      try {
        await this.engine.inspectNetwork(network.name);
      } catch (error) {
        if (!isEngineError(error, 'NotFound')) throw error;
        await this.engine.createNetwork(network.name, network.subnet, this.labels(namespace));
        this.logger.warn('network was gone and is made again', { network: network.name, subnet: network.subnet });
      }
    });
  }

  /** Networks of this node that exist on the engine, at start. */
  restore(networks: readonly NetworkSummary[], now: Date): void {
    for (const { Name, Labels, Subnets } of networks) {
      const [namespace, subnet] = [Labels[LABEL.podNamespace], Subnets[0]];
      if (namespace !== undefined && subnet !== undefined && !this.known.has(Name)) this.remember(Name, namespace, subnet, now);
    }
  }

  /** Removes networks that have had no pod since `before`. */
  async removeEmpty(before: Date, now: Date): Promise<void> {
    for (const network of [...this.known.values()]) {
      await this.serially(network.name, async () => {
        if (this.addresses.count(network.name) > 0) network.lastUsed = now;
        if (network.lastUsed > before) return;
        try {
          await this.engine.removeNetwork(network.name);
          this.known.delete(network.name);
        } catch (error) {
          // Somebody else has put a container on it.
          if (!isEngineError(error, 'Forbidden', 'Conflict')) throw error;
          network.lastUsed = now;
        }
      });
    }
  }

  /** A network that no pod has an address of may have been pruned, and its subnet be somebody else's by now. */
  private async stillThere(name: string): Promise<KnownNetwork | undefined> {
    const network = this.known.get(name);
    if (network === undefined || this.addresses.count(name) > 0) return network;
    try {
      await this.engine.inspectNetwork(name);
      return network;
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      this.known.delete(name);
      return undefined;
    }
  }

  private async make(name: string, namespace: string, now: Date, signal: AbortSignal | undefined): Promise<KnownNetwork> {
    const refused: string[] = [];
    for (;;) {
      const existing = await this.engine.listNetworks([], signal);
      const own = existing.find((network) => network.Name === name);
      if (own?.Subnets[0] !== undefined) return this.remember(name, namespace, own.Subnets[0], now);
      const subnet = chooseSubnet(this.settings.podCidr, this.settings.subnetBits, [...existing.flatMap((network) => network.Subnets), ...this.claimedSubnets(), ...refused]);
      if (subnet === undefined) {
        throw new ProviderError('OutOfResources', `no free /${this.settings.subnetBits} is left in Network.PodCIDR ${this.settings.podCidr} for namespace ${namespace}`);
      }
      try {
        await this.engine.createNetwork(name, subnet, this.labels(namespace), signal);
        return this.remember(name, namespace, subnet, now);
      } catch (error) {
        // Taken by something the engine's list does not show (a route of the host), or made by somebody just now.
        if (!isEngineError(error, 'Forbidden', 'Conflict')) throw error;
        refused.push(subnet);
      }
    }
  }

  /** Pods have addresses of these, also while the network itself is pruned. */
  private claimedSubnets(): string[] {
    return [...this.known.values()].filter(({ name }) => this.addresses.count(name) > 0).map(({ subnet }) => subnet);
  }

  private remember(name: string, namespace: string, subnet: string, now: Date): KnownNetwork {
    const network: KnownNetwork = { name, namespace, subnet, lastUsed: now };
    this.known.set(name, network);
    return network;
  }

  private labels(namespace: string): Record<string, string> {
    return { [LABEL.node]: this.node, [LABEL.podNamespace]: namespace };
  }

  private serially<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.tails.get(name) ?? Promise.resolve()).then(work, work);
    const tail = done.catch(() => undefined).finally(() => {
      if (this.tails.get(name) === tail) this.tails.delete(name);
    });
    this.tails.set(name, tail);
    return done;
  }
}
