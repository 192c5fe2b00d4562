import { networkInterfaces } from 'node:os';
import type { Config } from '../config/index.js';
import { siteOverlaps } from '../docker/index.js';
import type { Logger } from '../log.js';

/** Says where pods' addresses are the site's as well. Of an engine elsewhere nothing is known. */
export function warnOfSiteOverlap({ docker, Network }: Config, logger: Logger): void {
  if (docker.kind !== 'socket') return;
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [{ name, cidr }] : [])));
  for (const { name, cidr } of siteOverlaps(Network.PodCIDR, interfaces)) {
    logger.warn('Network.PodCIDR overlaps with a network of this host: pods and what is there will not reach each other; give it a range that nothing else at the site uses', { podCidr: Network.PodCIDR, interface: name, network: cidr });
  }
}
