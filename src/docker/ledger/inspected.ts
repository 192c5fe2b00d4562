import type { ContainerDetails } from '../../engine/index.js';
import type { Amounts } from '../../kube/index.js';
import type { Device, ExtendedResource } from '../node/index.js';

const SHARES_PER_CPU = 1024;
/** Weight of a container that asked for nothing. */
const LEAST_SHARES = 2;

/** A device of a resource. */
export interface NamedDevice {
  readonly resource: string;
  readonly device: Device;
}

/**
 * The devices of this node that a container has, as its inspection tells. Of a device that several pods may have, which of them
 * it is cannot be told: the first of it that is free counts.
 */
export function devicesOf({ HostConfig }: ContainerDetails, extended: readonly ExtendedResource[], isFree: (device: Device) => boolean): NamedDevice[] {
  const files = new Set((HostConfig?.Devices ?? []).map(({ PathOnHost }) => PathOnHost));
  const ids = new Set((HostConfig?.DeviceRequests ?? []).flatMap(({ Driver, DeviceIDs }) => (DeviceIDs ?? []).map((id) => `${Driver} ${id}`)));
  const has = (device: Device): boolean => (device.driver === 'files' ? device.files.every(({ host }) => files.has(host)) : ids.has(`${device.driver} ${device.id}`));
  return extended.flatMap(({ name, devices }) =>
    [...Map.groupBy(devices.filter(has), identityOf).values()].flatMap((alike) => {
      const device = alike.find(isFree) ?? alike[0];
      return device === undefined ? [] : [{ resource: name, device }];
    }),
  );
}

/** The same for all that are one thing of the host. */
function identityOf(device: Device): string {
  return device.driver === 'files' ? device.files.map(({ host }) => host).join('+') : device.id;
}

/** What a container without a readable record weighs: the engine knows its share of CPU and its limit of memory. */
export function amountsOf({ HostConfig }: ContainerDetails): Amounts {
  const shares = HostConfig?.CpuShares ?? 0;
  return new Map([
    ['cpu', shares > LEAST_SHARES ? Math.round((shares * 1000) / SHARES_PER_CPU) : 0],
    ['memory', HostConfig?.Memory ?? 0],
  ]);
}
