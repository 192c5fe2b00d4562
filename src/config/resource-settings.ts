import { z } from 'zod';
import { listSetting } from './collection-setting.js';
import { readByteSize, readCount } from './readers.js';
import { type ExtendedEntry, readExtendedEntry, readMilliCpu, readTaint, readUlimit } from './resource-readers.js';
import { optionalSetting, setting } from './setting.js';

const CORES = 'a number of cores such as 4, 0.5 or 250m';
const BYTES = 'a number of bytes, with a unit such as Mi or Gi where you like';

/** What this node lends to the cluster, and what it holds containers to. */
export const resourcesSettings = z
  .strictObject({
    CPU: optionalSetting(readMilliCpu, { allowed: CORES, about: 'CPU that the node lends. Without it: all that the engine has.' }),
    Memory: optionalSetting(readByteSize, { allowed: BYTES, about: 'Memory that the node lends. Without it: all that the engine has.' }),
    EphemeralStorage: optionalSetting(readByteSize, {
      allowed: BYTES,
      about: 'Disk for what containers and emptyDirs write that the node lends. Without it: requests of ephemeral-storage are not counted.',
    }),
    Pods: setting(readCount(1, 100_000), {
      fallback: 110,
      allowed: 'a number from 1 to 100000',
      about: 'Pods that the node takes at a time.',
    }),
    ReservedCPU: optionalSetting(readMilliCpu, { allowed: CORES, about: 'CPU of it that is kept from pods, for the host itself.' }),
    ReservedMemory: optionalSetting(readByteSize, { allowed: BYTES, about: 'Memory of it that is kept from pods, for the host itself.' }),
    Extended: listSetting(readExtendedEntry, {
      allowed: 'a list of name=count, name=nvidia:ID, name=cdi:NAME or name=/dev/FILE (several joined by "+", for several pods with "*COUNT")',
      about: 'Extended resources that pods can ask for: counts, and devices that belong to one pod at a time, one an entry.',
    }),
    PidsPerContainer: optionalSetting(readCount(16, 4_194_304), {
      allowed: 'a number from 16 to 4194304',
      about: 'Most processes and threads of one container. Without it: as many as the engine allows.',
    }),
    ShmSize: optionalSetting(readByteSize, { allowed: BYTES, about: 'Size of /dev/shm of a pod. Without it: the default of the engine, 64 MiB.' }),
    Ulimits: listSetting(readUlimit, {
      allowed: 'a list of limits such as nofile=1024:4096 (soft and hard) or memlock=-1',
      about: 'Limits of every process in a container.',
    }),
  })
  .refine(({ Extended }) => repeated(Extended) === undefined, {
    path: ['Extended'],
    error: ({ input }) => `give each device once, and either one count or devices for a resource, not ${repeated((input as { Extended: readonly ExtendedEntry[] }).Extended)} twice`,
  })
  .prefault({});

/** Marks of the virtual node. */
export const taintsSetting = listSetting(readTaint, {
  allowed: 'a list of taints as kubectl writes them, such as dedicated=gpu:NoSchedule',
  about: 'Taints that the node reports to the cluster.',
});

/** What is listed twice: a device, also under two resources, or a resource that is counted. */
function repeated(entries: readonly ExtendedEntry[]): string | undefined {
  const keys = entries.map(keyOf);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  const counted = new Set(entries.filter(({ kind }) => kind === 'count').map(({ name }) => name));
  return twice ?? entries.find(({ kind, name }) => kind !== 'count' && counted.has(name))?.name;
}

function keyOf(entry: ExtendedEntry): string {
  switch (entry.kind) {
    case 'count':
      return entry.name;
    case 'files':
      return entry.files.map(({ host }) => host).join('+');
    default:
      return entry.id;
  }
}
