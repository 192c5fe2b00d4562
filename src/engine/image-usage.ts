import type { Connection } from './connection.js';
import type { ImageUsage } from './image-types.js';
import { realNames } from './images.js';
import type { Slots } from './slots.js';
import type { Engine } from './types.js';

/** An engine before API 1.42 counts volumes as well, whatever it is asked for. */
const LONGEST_COUNT_MS = 10 * 60_000;

interface SystemDf {
  readonly LayersSize?: number;
  readonly Images:
    | readonly {
        readonly Id: string;
        readonly RepoTags: readonly string[] | null;
        readonly RepoDigests: readonly string[] | null;
        readonly Size: number;
        readonly SharedSize: number;
        readonly Containers: number;
      }[]
    | null;
}

/** @see Docker Engine API, SystemDataUsage */
export function imageUsage(connection: Connection, calls: Slots): Pick<Engine, 'imageUsage'> {
  return {
    async imageUsage(signal?: AbortSignal): Promise<ImageUsage> {
      const request = { method: 'GET', path: '/system/df', query: { type: 'image' }, signal, timeoutMs: LONGEST_COUNT_MS } as const;
      const { LayersSize, Images } = (await calls.run(() => connection.call(request), signal)) as SystemDf;
      return {
        layersBytes: Math.max(LayersSize ?? 0, 0),
        images: (Images ?? []).map(({ Id, RepoTags, RepoDigests, Size, SharedSize, Containers }) => ({
          Id,
          RepoTags: realNames(RepoTags),
          RepoDigests: realNames(RepoDigests),
          ownBytes: Math.max(Size - Math.max(SharedSize, 0), 0),
          containers: Containers,
        })),
      };
    },
  };
}
