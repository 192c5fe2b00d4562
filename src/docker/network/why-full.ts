import type { NetworkSummary } from '../../engine/index.js';
import { overlaps } from './addresses.js';

/** A subnet that the engine would not have, in its words. */
export interface RefusedSubnet {
  readonly subnet: string;
  readonly reason: string;
}

/** More would not fit a person's screen. */
const MOST_NAMES = 5;

/**
 * Why no network fits into the range any more, and what can be done. Pure.
 * @param isOurs whether a network is one that the plugin made for pods
 */
export function whyFull(range: string, bits: number, networks: readonly NetworkSummary[], refused: readonly RefusedSubnet[], isOurs: (network: NetworkSummary) => boolean): string {
  const inRange = networks.filter(({ Subnets }) => Subnets.some((subnet) => overlaps(subnet, range)));
  const ours = inRange.filter(isOurs).length;
  const others = inRange.filter((network) => !isOurs(network)).map(({ Name, Subnets }) => `the engine's network ${Name} (${Subnets.join(', ')})`);
  const unusable = refused.map(({ subnet, reason }) => `${subnet} (${reason})`);
  const taken = [...(ours > 0 ? [`${ours} of this node's networks`] : []), ...cut(others), ...cut(unusable)];
  return `no free /${bits} is left in Network.PodCIDR ${range}: it holds ${taken.join(', ')}. Give Network.PodCIDR a range that nothing else at the site uses, or make the networks smaller with a larger Network.SubnetBits`;
}

function cut(texts: readonly string[]): readonly string[] {
  return texts.length > MOST_NAMES ? [...texts.slice(0, MOST_NAMES), `${texts.length - MOST_NAMES} more`] : texts;
}

/** Addresses of this host that lie in the range of pods: those behind them, and pods, would not reach each other. */
export function siteOverlaps(range: string, interfaces: readonly HostAddress[]): readonly HostAddress[] {
  return interfaces.filter(({ name, cidr }) => !BRIDGE.test(name) && overlaps(cidr, range));
}

/** An address of an interface of the host, in CIDR form. */
export interface HostAddress {
  readonly name: string;
  readonly cidr: string;
}

/** What engines make. */
const BRIDGE = /^(br-|docker|veth)/;
