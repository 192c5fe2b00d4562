import { type Engine, isEngineError, type NetworkSummary } from '../../engine/index.js';
import { messageOf, ProviderError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { ExclusiveClaims } from '../ledger/index.js';
import { isHostNetwork, LABEL, type NetworkKind, networkName, parseNetworkName, type PodNetwork } from '../record/index.js';
import { chooseAddress, chooseLastAddress, chooseSubnet, gatewayOf } from './addresses.js';
import { type RefusedSubnet, whyFull } from './why-full.js';

export interface NetworkSettings {
  /** Range in CIDR form from which every namespace gets a subnet. */
  readonly podCidr: string;
  /** Prefix length of a namespace's subnet. */
  readonly subnetBits: number;
}

/** What of a pod's network is the same for all pods on it. */
export type NetworkPlace = Pick<PodNetwork, 'name' | 'subnet' | 'internal'>;

/** Holder of addresses that no pod has. */
const NODE_ITSELF = 'node';

interface KnownNetwork {
  readonly name: string;
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
   * Ensures a network and claims an address on it for a pod; asked again, it is the one that the pod has.
   * @param wanted.ip the address that the pod's running container already has
   * @throws ProviderError `OutOfResources` when the range or the subnet is used up
   */
  async claim(kind: NetworkKind, podUid: string, now: Date, wanted: { readonly ip?: string | undefined; readonly signal?: AbortSignal } = {}): Promise<NetworkPlace & { ip: string }> {
    const name = networkName(this.node, kind);
    return this.serially(name, async () => {
      const network = (await this.stillThere(name)) ?? (await this.make(name, kind, now, wanted.signal));
      const [held] = this.addresses.heldBy(name, podUid);
      const ip = wanted.ip ?? held ?? chooseAddress(network.subnet, (address) => this.addresses.holderOf(name, address) !== undefined, network.lastAddress);
      if (ip === undefined) {
        throw new ProviderError('OutOfResources', `subnet ${network.subnet} of ${toText(kind)} is full: ${this.addresses.count(name)} pods have an address of it; a smaller Network.SubnetBits makes larger ones`);
      }
      this.addresses.take(name, ip, podUid);
      network.lastAddress = ip;
      network.lastUsed = now;
      return { name, subnet: network.subnet, ip, ...(kind.internal && { internal: true }) };
    });
  }

  /** An address under which pods reach the host: the one on the engine's own network. @throws ProviderError `InvalidPod` */
  async hostAddress(signal?: AbortSignal): Promise<string> {
    const bridge = (await this.engine.listNetworks([], signal)).find(({ Name }) => Name === 'bridge');
    if (bridge?.Subnets[0] === undefined) throw new ProviderError('InvalidPod', 'pod.spec.hostNetwork: the address of the host is not known; Network.HostIP names it');
    return gatewayOf(bridge.Subnets[0]);
  }

  /** An address for what is the node's own, from the far end of the subnet: pods that were not found yet may have those of the near one. */
  claimForNode(name: string, subnet: string): string {
    const [held] = this.addresses.heldBy(name, NODE_ITSELF);
    const ip = held ?? chooseLastAddress(subnet, (address) => this.addresses.holderOf(name, address) !== undefined);
    if (ip === undefined) throw new ProviderError('OutOfResources', `subnet ${subnet} is full; widen Network.SubnetBits`);
    this.addresses.take(name, ip, NODE_ITSELF);
    return ip;
  }

  giveBackForNode(name: string): void {
    for (const ip of this.addresses.heldBy(name, NODE_ITSELF)) this.addresses.giveBack(name, ip, NODE_ITSELF);
  }

  /** Learns of the network of a pod that was found on the engine. */
  adopt(network: NetworkPlace, now: Date): void {
    if (!isHostNetwork(network) && !this.known.has(network.name)) this.remember(network.name, network.subnet, now);
  }

  /** Makes a network again that an operator's prune took, with the subnet its pods have addresses of. */
  async ensure(network: NetworkPlace): Promise<void> {
    if (isHostNetwork(network)) return;
    const { name, subnet } = network;
    const internal = network.internal === true;
    await this.serially(name, async () => {
      try {
        requireKind(await this.engine.inspectNetwork(name), internal);
      } catch (error) {
        if (!isEngineError(error, 'NotFound')) throw error;
        await this.engine.createNetwork({ name, subnet, internal, labels: this.labels(parseNetworkName(this.node, name)) });
        this.logger.warn('network was gone and is made again', { network: name, subnet });
      }
    });
  }

  /** Networks of this node that exist on the engine, at start. */
  restore(networks: readonly NetworkSummary[], now: Date): void {
    for (const { Name, Labels, Subnets } of networks) {
      const subnet = Subnets[0];
      if (Labels[LABEL.podNamespace] !== undefined && subnet !== undefined && !this.known.has(Name)) this.remember(Name, subnet, now);
    }
  }

  isKnown(name: string): boolean {
    return this.known.has(name);
  }

  /** Removes a network that no pod of ours was ever put on here. */
  async removeUnknown(name: string): Promise<void> {
    await this.serially(name, async () => {
      if (!this.known.has(name)) await this.engine.removeNetwork(name);
    });
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

  private async make(name: string, kind: NetworkKind, now: Date, signal: AbortSignal | undefined): Promise<KnownNetwork> {
    const { podCidr, subnetBits } = this.settings;
    const refused: RefusedSubnet[] = [];
    for (;;) {
      const existing = await this.engine.listNetworks([], signal);
      const own = existing.find((network) => network.Name === name);
      if (own?.Subnets[0] !== undefined) return this.remember(name, requireKind(own, kind.internal).Subnets[0] ?? '', now);
      const subnet = chooseSubnet(podCidr, subnetBits, [...existing.flatMap((network) => network.Subnets), ...this.claimedSubnets(), ...refused.map((one) => one.subnet)]);
      if (subnet === undefined) {
        const isOurs = (network: NetworkSummary): boolean => network.Labels[LABEL.node] === this.node;
        throw new ProviderError('OutOfResources', `${toText(kind)}: ${whyFull(podCidr, subnetBits, existing, refused, isOurs)}`);
      }
      try {
        await this.engine.createNetwork({ name, subnet, internal: kind.internal, labels: this.labels(kind) }, signal);
        return this.remember(name, subnet, now);
      } catch (error) {
        // Taken by something the engine's list does not show (a route of the host), or made by somebody just now.
        if (!isEngineError(error, 'Forbidden', 'Conflict')) throw error;
        refused.push({ subnet, reason: messageOf(error) });
      }
    }
  }

  /** Pods have addresses of these, also while the network itself is pruned. */
  private claimedSubnets(): string[] {
    return [...this.known.values()].filter(({ name }) => this.addresses.count(name) > 0).map(({ subnet }) => subnet);
  }

  private remember(name: string, subnet: string, now: Date): KnownNetwork {
    const network: KnownNetwork = { name, subnet, lastUsed: now };
    this.known.set(name, network);
    return network;
  }

  private labels(kind: NetworkKind | undefined): Record<string, string> {
    return { [LABEL.node]: this.node, [LABEL.podNamespace]: kind?.namespace ?? '' };
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

/** A network of the same name that somebody else made must not open what is to be closed. @throws ProviderError */
function requireKind(network: NetworkSummary, internal: boolean): NetworkSummary {
  if (network.Internal === internal) return network;
  throw new ProviderError('EngineFailed', `the engine's network ${network.Name} was not made by this plugin: it ${network.Internal ? 'reaches nothing beyond the host' : 'is open to other networks'}`);
}

function toText({ namespace }: NetworkKind): string {
  return namespace === '' ? 'the network of all namespaces' : `namespace ${namespace}`;
}
