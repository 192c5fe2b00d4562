import type { Connection } from './connection.js';
import type { Slots } from './slots.js';
import type { DiskUsage, Engine } from './types.js';

/** Walking through the files of many volumes takes its time. */
const LONGEST_COUNT_MS = 10 * 60_000;

interface SystemDf {
  readonly Volumes: readonly { readonly Name: string; readonly UsageData?: { readonly Size: number } | null }[] | null;
  readonly Containers: readonly { readonly Id: string; readonly SizeRw?: number }[] | null;
}

/** @see Docker Engine API, SystemDataUsage */
export function diskUsage(connection: Connection, calls: Slots): Pick<Engine, 'diskUsage'> {
  return {
    async diskUsage(signal?: AbortSignal): Promise<DiskUsage> {
      const request = { method: 'GET', path: '/system/df', signal, timeoutMs: LONGEST_COUNT_MS } as const;
      const { Volumes, Containers } = (await calls.run(() => connection.call(request), signal)) as SystemDf;
      return {
        // The engine writes -1 for what it cannot count.
        volumes: new Map((Volumes ?? []).map(({ Name, UsageData }) => [Name, Math.max(UsageData?.Size ?? 0, 0)])),
        containers: new Map((Containers ?? []).map(({ Id, SizeRw }) => [Id, SizeRw ?? 0])),
      };
    },
  };
}
