import type { DeviceMapping, DeviceRequest, HostConfig } from '../../engine/index.js';
import type { Container } from '../../kube/index.js';
import type { Device, NodeTraits } from '../node/index.js';
import type { PodRecord } from '../record/index.js';

/** By this variable NVIDIA's runtime decides which GPUs a container sees; many images ask for all of them in it. */
const VISIBLE_GPUS = 'NVIDIA_VISIBLE_DEVICES';

/** The devices that a container was given, and those of its claims, as the engine takes them. Files cannot be made into others: no mknod. */
export function toDevices(record: PodRecord, container: Container): Pick<HostConfig, 'Devices' | 'DeviceRequests'> {
  const devices = devicesOf(record, container);
  const files = new Map(devices.flatMap((device) => (device.driver === 'files' ? device.files : [])).map((file) => [file.container, file.host]));
  const mappings = [...[...files].map(([inside, host]) => toMapping(host, inside, false)), ...toBlockDevices(record, container)];
  const requests = [...toRequest(devices, 'nvidia', { Capabilities: [['gpu']] }), ...toRequest(devices, 'cdi', {})];
  return {
    ...(mappings.length > 0 && { Devices: mappings }),
    ...(requests.length > 0 && { DeviceRequests: requests }),
  };
}

/** What a tunnel is made of; the helper makes the file, as not every host has it before. */
export const TUN_RULES: Pick<HostConfig, 'DeviceCgroupRules'> = { DeviceCgroupRules: ['c 10:200 rwm'] };

/** Block devices of claims, where the container wants them. */
function toBlockDevices(record: PodRecord, { volumeDevices }: Container): DeviceMapping[] {
  return (volumeDevices ?? []).flatMap(({ name, devicePath }) => {
    const volume = record.volumes.find((candidate) => candidate.name === name);
    return volume?.kind === 'block' ? [toMapping(volume.devicePath, devicePath, volume.readOnly === true)] : [];
  });
}

function toMapping(host: string, inside: string, readOnly: boolean): DeviceMapping {
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: readOnly ? 'r' : 'rw' };
}

/** Variables of a container, without a way around the devices that it was given: where GPUs go by a variable, it is ours. */
export function withOwnDevices(env: readonly string[], record: PodRecord, container: Container, { policy, abilities }: NodeTraits): readonly string[] {
  const hasGpus = devicesOf(record, container).some(({ driver }) => driver === 'nvidia');
  const goByVariable = abilities.runtimes.includes('nvidia') || policy.resources.extended.some(({ devices }) => devices.some(({ driver }) => driver === 'nvidia'));
  if (!hasGpus && !goByVariable) return env;
  // The engine sets it for those that have some.
  return [...env.filter((entry) => !entry.startsWith(`${VISIBLE_GPUS}=`)), ...(hasGpus ? [] : [`${VISIBLE_GPUS}=void`])];
}

function devicesOf({ devices = [] }: PodRecord, { name }: Container): readonly Device[] {
  return devices.filter(({ container }) => container === name).map(({ device }) => device);
}

function toRequest(devices: readonly Device[], driver: 'nvidia' | 'cdi', more: Pick<DeviceRequest, 'Capabilities'>): DeviceRequest[] {
  const ids = devices.flatMap((device) => (device.driver === driver ? [device.id] : []));
  return ids.length === 0 ? [] : [{ Driver: driver, DeviceIDs: ids, ...more }];
}
