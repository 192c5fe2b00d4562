import { countSubnets, overlaps } from '../../docker/index.js';
import type { NetworkSummary } from '../../engine/index.js';
import type { HostRange } from './facts.js';
import { fail, type Finding, ok, warn } from './finding.js';

export interface NetworkFacts {
  readonly podCidr: string;
  readonly subnetBits: number;
  /** Addresses and routes of this host, those of the engine's own bridges left out; empty for an engine elsewhere. */
  readonly host: readonly HostRange[];
  readonly networks: readonly NetworkSummary[];
  readonly isOurs: (network: NetworkSummary) => boolean;
}

/**
 * Whether pods get addresses that lead to them. Networks of the engine are no overlap: the plugin takes the next subnet that is free.
 * Pure.
 */
export function checkNetwork({ podCidr, subnetBits, host, networks, isOurs }: NetworkFacts): readonly Finding[] {
  const onHost = [...new Set(host.filter(({ cidr }) => overlaps(cidr, podCidr)).map(({ name, cidr }) => `${cidr} (${name})`))];
  const inRange = networks.filter(({ Subnets }) => Subnets.some((subnet) => overlaps(subnet, podCidr)));
  const others = inRange.filter((network) => !isOurs(network)).map(({ Name }) => Name);
  const { free, all } = countSubnets(podCidr, subnetBits, inRange.flatMap(({ Subnets }) => Subnets));
  const room = `${free} of ${all} networks of /${subnetBits} are free in ${podCidr}, one for each namespace${others.length === 0 ? '' : `; taken by others: ${others.join(', ')}`}`;
  return [
    onHost.length === 0
      ? ok('pod network', `no address or route of this host is in Network.PodCIDR ${podCidr}`)
      : warn('pod network', `Network.PodCIDR ${podCidr} overlaps ${onHost.join(', ')} of this host`, 'pods and what is there do not reach each other: give Network.PodCIDR a range that nothing else at the site uses'),
    free > 0 ? ok('subnets', room) : fail('subnets', room, 'give Network.PodCIDR a larger range, or make the networks smaller with Network.SubnetBits'),
  ];
}
