import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.js';
import { EngineError, type NetworkSummary, type NewNetwork } from '../../src/engine/index.js';
import { checkAddress, doOverlap, freeAddress } from './cidr.js';
import { hasLabels } from './fake-events.js';

interface FakeNetwork extends NetworkSummary {
  /** Container id → its address; of running containers only. */
  readonly endpoints: Map<string, string>;
}

/** Where a container is, or was when it last ran. */
export interface FakeEndpoint {
  readonly networkId: string;
  readonly name: string;
  readonly address: string;
}

/** Networks that every engine has. */
const BUILT_IN: readonly [name: string, subnets: string[]][] = [['bridge', ['172.17.0.0/16']], ['host', []], ['none', []]];

/** The fake's networks, with the engine's address management. */
export class FakeNetworks {
  private readonly byId = new Map<string, FakeNetwork>();
  private serial = 0;

  constructor(private readonly clock: Clock) {
    for (const [name, subnets] of BUILT_IN) this.add(name, subnets, {});
  }

  create({ name, subnet, labels, internal = false }: NewNetwork): string {
    if (this.find(name) !== undefined) throw new EngineError('Conflict', `network with name ${name} already exists`);
    const isTaken = [...this.byId.values()].some(({ Subnets }) => Subnets.some((taken) => doOverlap(taken, subnet)));
    if (isTaken) throw new EngineError('Forbidden', 'Pool overlaps with other one on this address space');
    return this.add(name, [subnet], labels, internal).Id;
  }

  inspect(name: string): NetworkSummary {
    const network = this.get(name);
    return { ...toSummary(network), Endpoints: network.endpoints.size };
  }

  list(labels: readonly string[]): readonly NetworkSummary[] {
    return [...this.byId.values()].filter(({ Labels }) => hasLabels(Labels, labels)).map(toSummary);
  }

  remove(name: string): void {
    const network = this.find(name);
    if (network === undefined) return;
    if (isBuiltIn(network)) throw new EngineError('Forbidden', `${network.Name} is a pre-defined network and cannot be removed`);
    if (network.endpoints.size > 0) throw new EngineError('Forbidden', `error while removing network: network ${network.Name} id ${network.Id} has active endpoints`);
    this.byId.delete(network.Id);
  }

  /** Removes what no running container is on. */
  prune(): void {
    for (const network of [...this.byId.values()]) {
      if (network.endpoints.size === 0 && !isBuiltIn(network)) this.byId.delete(network.Id);
    }
  }

  /** Gives a starting container its address. @throws EngineError `NotFound`, `Forbidden` or `BadRequest` */
  join(network: string, containerId: string, wanted: string | undefined): FakeEndpoint {
    const { Id, Name, Subnets, endpoints } = this.get(network);
    const [subnet] = Subnets;
    if (subnet === undefined) return { networkId: Id, name: Name, address: '' };
    const taken = new Set(endpoints.values());
    if (wanted !== undefined) checkAddress(subnet, wanted, taken);
    const address = wanted ?? freeAddress(subnet, taken);
    endpoints.set(containerId, address);
    return { networkId: Id, name: Name, address };
  }

  leave(containerId: string): void {
    for (const { endpoints } of this.byId.values()) endpoints.delete(containerId);
  }

  leaveOne(name: string, containerId: string): void {
    this.find(name)?.endpoints.delete(containerId);
  }

  private get(name: string): FakeNetwork {
    const network = this.find(name);
    if (network === undefined) throw new EngineError('NotFound', `network ${name} not found`);
    return network;
  }

  private find(name: string): FakeNetwork | undefined {
    return this.byId.get(name) ?? [...this.byId.values()].find(({ Name }) => Name === name);
  }

  private add(name: string, subnets: readonly string[], labels: Readonly<Record<string, string>>, internal = false): FakeNetwork {
    const Id = createHash('sha256').update(`network ${++this.serial}`).digest('hex');
    const network: FakeNetwork = { Id, Name: name, Created: this.clock.now().toISOString(), Labels: labels, Internal: internal, Subnets: subnets, endpoints: new Map() };
    this.byId.set(Id, network);
    return network;
  }
}

function isBuiltIn({ Name }: NetworkSummary): boolean {
  return BUILT_IN.some(([name]) => name === Name);
}

function toSummary({ Id, Name, Created, Labels, Internal, Subnets }: FakeNetwork): NetworkSummary {
  return { Id, Name, Created, Labels, Internal, Subnets };
}
