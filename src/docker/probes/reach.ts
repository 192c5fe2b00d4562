import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { dialDirectly } from './direct-dial.js';
import type { DialOptions, Place } from './types.js';

/** How a pod's address is reached from where the plugin runs. */
export class ProbeReach {
  readonly dial = (_place: Place, host: string, port: number, { signal }: DialOptions): Promise<Duplex> => dialDirectly(host, port, signal);
}

/** Addresses of this host. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
