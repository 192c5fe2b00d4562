import type { Config } from '../config/index.js';
import type { Device, ExtendedResource, ResourcePolicy } from '../docker/node/index.js';

type Entry = Config['Resources']['Extended'][number];

/** What the configuration lends to pods, and holds them to. */
export function toResourcePolicy(resources: Config['Resources']): ResourcePolicy {
  const { CPU, Memory, EphemeralStorage, Pods, ReservedCPU, ReservedMemory, PidsPerContainer, ShmSize, Ulimits, Extended } = resources;
  return {
    cpuMilli: CPU,
    memoryBytes: Memory,
    ephemeralStorageBytes: EphemeralStorage,
    pods: Pods,
    reservedCpuMilli: ReservedCPU ?? 0,
    reservedMemoryBytes: ReservedMemory ?? 0,
    pidsPerContainer: PidsPerContainer,
    shmSizeBytes: ShmSize,
    ulimits: Ulimits,
    extended: toExtendedResources(Extended),
  };
}

/** Resources by name, with the devices that the configuration lists one by one. */
function toExtendedResources(entries: readonly Entry[]): ExtendedResource[] {
  return [...Map.groupBy(entries, ({ name }) => name)].map(([name, own]) => {
    const devices = own.flatMap(toDevices);
    const counted = own.reduce((sum, entry) => sum + (entry.kind === 'count' ? entry.count : 0), 0);
    return { name, capacity: counted + devices.length, devices };
  });
}

function toDevices(entry: Entry): Device[] {
  switch (entry.kind) {
    case 'count':
      return [];
    case 'files': {
      const { files, copies } = entry;
      const id = files.map(({ host }) => host).join('+');
      // A device that several pods may have is as many devices.
      return Array.from({ length: copies }, (_, copy) => ({ id: copies === 1 ? id : `${id}#${copy}`, driver: 'files', files }));
    }
    default:
      return [{ id: entry.id, driver: entry.kind }];
  }
}
