import type { ContainerDetails } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { amountOf, type Amounts, containerRequests, type HostPort, hostPortsOf, type Pod } from '../../kube/index.js';
import type { Logger } from '../../log.js';
import type { Device, ExtendedResource, NodeTraits } from '../node/index.js';
import { isHostNetwork, type PodDevice, type PodRecord } from '../record/index.js';
import { allocatable, demandOf, shortages, toShortage } from './capacity.js';
import { chooseDevices, dealDevices } from './choose-devices.js';
import { ExclusiveClaims } from './exclusive-claims.js';
import { HostPortClaims } from './host-ports.js';
import { amountsOf, devicesOf } from './inspected.js';

/** Where devices of all resources are unique. */
const DEVICES = 'devices';

/** What a pod takes of what is counted, and the devices that it has. */
interface Holding {
  readonly amounts: Amounts;
  readonly devices: readonly PodDevice[];
  readonly ports: readonly HostPort[];
  /** `namespace/name`, for who wants the same. */
  readonly pod: string;
}

/**
 * What pods hold of this node. A claim is taken before anything of a pod is made, in one step that nothing can come between: two
 * creates never get the same. It is kept until the pod has ended for good (its address: until it is removed).
 */
export class Ledger {
  /** Addresses by the name of their network, and devices in a scope of their own. */
  readonly exclusive = new ExclusiveClaims();
  private readonly ports = new HostPortClaims(this.exclusive);
  private readonly holdings = new Map<string, Holding>();
  /** Containers of pods without a readable record, by id: what an inspection tells of them. */
  private readonly strangers = new Map<string, { readonly podUid: string; readonly amounts: Amounts }>();

  constructor(
    private readonly traits: () => NodeTraits,
    private readonly logger: Logger,
  ) {}

  /** What pods can be given, all of them together. */
  get allocatable(): Amounts {
    return allocatable(this.traits());
  }

  /**
   * Claims what a pod asks for; asked again, it has what it has.
   * @returns the devices that it was given
   * @throws ProviderError `OutOfResources`, with the kubelet's reason
   */
  claim(pod: Pod): readonly PodDevice[] {
    const { uid } = pod.metadata;
    const held = this.holdings.get(uid);
    if (held !== undefined) return held.devices;
    const amounts = demandOf(pod, this.traits());
    const missing = shortages(amounts, this.used(), this.allocatable);
    if (missing.length > 0) throw new ProviderError('OutOfResources', missing.join('; '));
    const ports = this.requirePorts(pod);
    const devices = this.extended.flatMap((resource) => this.take(resource, amountOf(amounts, resource.name), pod));
    this.ports.take(ports, uid);
    this.holdings.set(uid, { amounts, devices, ports, pod: nameOf(pod) });
    return devices;
  }

  /**
   * Takes over what a pod on the engine holds, whether it fits or not.
   * @param hasEnded for good: only its address is its own
   */
  adopt({ pod, devices = [], network }: PodRecord, hasEnded: boolean): void {
    const { uid } = pod.metadata;
    this.release(uid);
    if (!isHostNetwork(network) && !this.exclusive.take(network.name, network.ip, uid)) this.logger.error('an address is held by two pods', { podUid: uid, ip: network.ip });
    if (hasEnded) return;
    const ports = this.portsOf(pod);
    const collision = this.ports.findCollision(ports, uid);
    if (collision !== undefined) this.logger.error('a port of the host is held by two pods', { podUid: uid, port: toText(collision.port), other: collision.podUid });
    this.ports.take(ports, uid);
    this.holdings.set(uid, { amounts: demandOf(pod, this.traits()), devices, ports, pod: nameOf(pod) });
    for (const { resource, device } of devices) {
      if (!this.exclusive.take(DEVICES, keyOf(device), uid)) this.logger.error('a device is held by two pods', { podUid: uid, resource, device: device.id });
    }
  }

  /** Whether nobody else has what is on a pod's record. */
  couldHave({ pod, devices = [], network }: PodRecord): boolean {
    const isFree = (scope: string, name: string): boolean => [undefined, pod.metadata.uid].includes(this.exclusive.holderOf(scope, name));
    return (isHostNetwork(network) || isFree(network.name, network.ip)) && this.ports.findCollision(this.portsOf(pod), pod.metadata.uid) === undefined && devices.every(({ device }) => isFree(DEVICES, keyOf(device)));
  }

  /** Devices that a container without a record has, by its inspection. */
  devicesOf(details: ContainerDetails, podUid: string): readonly Pick<PodDevice, 'resource' | 'device'>[] {
    return devicesOf(details, this.extended, (device) => [undefined, podUid].includes(this.exclusive.holderOf(DEVICES, keyOf(device))));
  }

  /** The devices on a record, and for containers that lack some of theirs such as are free: nobody knows any more which they had. */
  withMissing({ pod, devices = [] }: PodRecord): readonly PodDevice[] {
    const all = [...devices];
    const isFree = (device: Device): boolean => this.exclusive.holderOf(DEVICES, keyOf(device)) === undefined && !all.some((given) => keyOf(given.device) === keyOf(device));
    for (const container of pod.spec.containers) {
      for (const resource of this.extended) {
        const has = all.filter((given) => given.container === container.name && given.resource === resource.name).length;
        const lacking = amountOf(containerRequests(container), resource.name) - has;
        const free = resource.devices.filter(isFree).slice(0, Math.max(lacking, 0));
        all.push(...free.map((device) => ({ container: container.name, resource: resource.name, device })));
      }
    }
    return all;
  }

  /** Notes what a container of a pod without a readable record holds for as long as it is there and has not ended. */
  noteStranger(details: ContainerDetails, podUid: string): void {
    for (const [network, { IPAddress: ip }] of Object.entries(details.NetworkSettings.Networks ?? {})) {
      if (ip !== '') this.exclusive.take(network, ip, podUid);
    }
    if (details.State.Status === 'exited' || details.State.Status === 'dead') return this.forgetContainer(details.Id);
    this.strangers.set(details.Id, { podUid, amounts: amountsOf(details) });
    for (const { device } of this.devicesOf(details, podUid)) this.exclusive.take(DEVICES, keyOf(device), podUid);
  }

  /** Such a container has ended, or is gone. */
  forgetContainer(containerId: string): void {
    const stranger = this.strangers.get(containerId);
    this.strangers.delete(containerId);
    if (stranger !== undefined && ![...this.strangers.values()].some(({ podUid }) => podUid === stranger.podUid)) this.end(stranger.podUid);
  }

  /** The pod has ended for good: only its address stays its own, until it is removed. */
  end(podUid: string): void {
    this.ports.giveBack(this.holdings.get(podUid)?.ports ?? [], podUid);
    this.holdings.delete(podUid);
    for (const name of this.exclusive.heldBy(DEVICES, podUid)) this.exclusive.giveBack(DEVICES, name, podUid);
  }

  /** Nothing of the pod is left. */
  release(podUid: string): void {
    this.forgetStranger(podUid);
    this.holdings.delete(podUid);
    this.exclusive.giveBackAll(podUid);
  }

  private portsOf(pod: Pod): readonly HostPort[] {
    return hostPortsOf(pod, this.traits().policy.podSecurity.allowed.hostAddress);
  }

  /** @throws ProviderError when one is another pod's, with the kubelet's reason */
  private requirePorts(pod: Pod): readonly HostPort[] {
    const ports = this.portsOf(pod);
    const collision = this.ports.findCollision(ports, pod.metadata.uid);
    if (collision === undefined) return ports;
    const { port, podUid } = collision;
    const holder = this.holdings.get(podUid)?.pod ?? `with the UID ${podUid}`;
    throw new ProviderError('OutOfResources', `NodePorts: ${port.path}: port ${toText(port)} of the host is taken by the pod ${holder}`);
  }

  private get extended(): readonly ExtendedResource[] {
    return this.traits().policy.resources.extended;
  }

  private take(resource: ExtendedResource, count: number, pod: Pod): PodDevice[] {
    if (resource.devices.length === 0 || count === 0) return [];
    const { uid } = pod.metadata;
    const chosen = chooseDevices(resource, count, (device) => this.exclusive.holderOf(DEVICES, keyOf(device)) === undefined);
    if (chosen === undefined) {
      this.release(uid);
      // Those of pods without a readable record are held without being counted.
      const taken = resource.devices.filter((device) => this.exclusive.holderOf(DEVICES, keyOf(device)) !== undefined).length;
      throw new ProviderError('OutOfResources', toShortage(resource.name, count, taken, resource.capacity));
    }
    for (const device of chosen) this.exclusive.take(DEVICES, keyOf(device), uid);
    return dealDevices(pod, resource.name, chosen);
  }

  private used(): Amounts {
    const used = new Map<string, number>();
    const add = (name: string, amount: number): void => void used.set(name, (used.get(name) ?? 0) + amount);
    for (const { amounts } of this.holdings.values()) amounts.forEach((amount, name) => add(name, amount));
    for (const { amounts } of this.strangers.values()) amounts.forEach((amount, name) => add(name, amount));
    add('pods', new Set([...this.strangers.values()].map(({ podUid }) => podUid)).size);
    return used;
  }

  private forgetStranger(podUid: string): void {
    for (const [id, stranger] of this.strangers) if (stranger.podUid === podUid) this.strangers.delete(id);
  }
}

function keyOf({ driver, id }: Device): string {
  return `${driver} ${id}`;
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** `8080/TCP`, and the address where it is on one only. */
function toText({ address, port, protocol }: HostPort): string {
  return `${port}/${protocol}${address === '' ? '' : ` on ${address}`}`;
}
