import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../log.js';
import { gatewayOf } from '../network/index.js';
import type { ToolBench } from '../sandbox/index.js';
import { dialDirectly } from './direct-dial.js';
import { JoinedNetworks } from './joined-networks.js';
import { findOwnContainer } from './own-container.js';
import { Relays } from './relays.js';
import type { DialOptions, NodeAddresses, Place, PodNetworkPlace } from './types.js';

/**
 * How probes get to a pod: `auto` takes the first way that there is: directly on the engine's host, by the network that our own
 * container joins (only where `mayJoin`), by a helper. `relay` always takes the helper.
 */
export interface ReachSettings {
  readonly way: 'auto' | 'relay';
  /** Whether pods may reach whatever else listens in the container that the plugin runs in. */
  readonly mayJoin: boolean;
}

const BRIDGE_ID_LENGTH = 12;
const BELIEVED_MS = 30_000;

export const DEFAULT_REACH: ReachSettings = { way: 'auto', mayJoin: false };

export interface ReachParts {
  readonly bench: ToolBench;
  readonly addresses: NodeAddresses;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings?: ReachSettings;
  /** Default: those of this host, by the names of its interfaces. */
  readonly ownAddresses?: () => ReadonlyMap<string, readonly string[]>;
  /** Default: what the kernel tells of this process. */
  readonly ownContainer?: () => Promise<string | undefined>;
}

/** Connections to pods, by whatever way there is from where the plugin runs. */
export class ProbeReach {
  private readonly relays: Relays;
  private readonly joined: JoinedNetworks;
  private own: Promise<string | undefined> | undefined;
  /** Networks that have an interface on this host, and until when that is believed: to list them takes its time. */
  private readonly near = new Map<string, Date>();

  constructor(private readonly parts: ReachParts) {
    const { bench, addresses, clock, logger } = parts;
    this.relays = new Relays(bench, addresses, clock, logger);
    this.joined = new JoinedNetworks(bench.engine, addresses, clock, logger);
  }

  readonly dial = async ({ address, network }: Place, host: string, port: number, options: DialOptions): Promise<Duplex> => {
    const isElsewhere = network === undefined || host !== address;
    if (isElsewhere || (await this.isNear(network))) return dialDirectly(host, port, options.signal);
    return this.relays.connect(network, host, port, options);
  };

  /** Helpers that connect to pods, by id. */
  get helpers(): ReadonlySet<string> {
    return this.relays.ids;
  }

  /** Nothing of it stays on the engine. */
  async stop(): Promise<void> {
    await this.relays.stop();
    const own = await this.own?.catch(() => undefined);
    if (own !== undefined) await this.joined.stop(own);
  }

  /** Whether its pods can be reached from here, after what can be done for it. */
  private async isNear(network: PodNetworkPlace): Promise<boolean> {
    const { settings = DEFAULT_REACH, bench, ownContainer = () => findOwnContainer(bench.engine) } = this.parts;
    if (settings.way === 'relay') return false;
    if (await this.isOfThisHost(network)) return true;
    if (!settings.mayJoin) return false;
    this.own ??= ownContainer();
    this.own.catch(() => (this.own = undefined));
    const id = await this.own;
    if (id === undefined) return false;
    await this.joined.ensure(id, network);
    return true;
  }

  /**
   * The engine gives its host the first address of each network, on an interface called after the network's id. The address alone
   * would not tell: two engines' hosts may have the same.
   */
  private async isOfThisHost({ name, subnet }: PodNetworkPlace): Promise<boolean> {
    const { bench, clock, ownAddresses = addressesOfThisHost } = this.parts;
    if ((this.near.get(name) ?? clock.now()) > clock.now()) return true;
    const gateway = gatewayOf(subnet);
    const [bridge] = [...ownAddresses()].find(([, addresses]) => addresses.includes(gateway)) ?? [];
    if (bridge === undefined) return false;
    const { Id } = await bench.engine.inspectNetwork(name);
    if (bridge !== `br-${Id.slice(0, BRIDGE_ID_LENGTH)}`) return false;
    this.near.set(name, new Date(clock.now().getTime() + BELIEVED_MS));
    return true;
  }
}

function addressesOfThisHost(): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(networkInterfaces()).map(([name, addresses = []]) => [name, addresses.map(({ address }) => address)]));
}
