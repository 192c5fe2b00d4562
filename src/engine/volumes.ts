import type { Connection } from './connection.js';
import { ignore } from './containers.js';
import type { Slots } from './slots.js';
import type { Engine, VolumeDetails, VolumeSummary } from './types.js';

/** Volumes. @see Docker Engine API, Volume */
export function volumes(connection: Connection, calls: Slots): Pick<Engine, 'createVolume' | 'inspectVolume' | 'listVolumes' | 'removeVolume'> {
  return {
    async createVolume(name: string, labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void> {
      await calls.run(() => connection.call({ method: 'POST', path: '/volumes/create', body: { Name: name, Labels: labels }, signal }), signal);
    },

    async inspectVolume(name: string, signal?: AbortSignal): Promise<VolumeDetails> {
      const answer = await calls.run(() => connection.call({ method: 'GET', path: `/volumes/${encodeURIComponent(name)}`, signal }), signal);
      const { Name, Labels, CreatedAt, Mountpoint } = answer as ListedVolume;
      return { Name, Labels: Labels ?? {}, CreatedAt, Mountpoint };
    },

    async listVolumes(labels: readonly string[], signal?: AbortSignal): Promise<readonly VolumeSummary[]> {
      const query = { filters: JSON.stringify({ label: labels }) };
      const answer = (await calls.run(() => connection.call({ method: 'GET', path: '/volumes', query, signal }), signal)) as { Volumes: ListedVolume[] | null };
      return (answer.Volumes ?? []).map(({ Name, Labels, CreatedAt }) => ({ Name, Labels: Labels ?? {}, CreatedAt }));
    },

    async removeVolume(name: string, signal?: AbortSignal): Promise<void> {
      await ignore('NotFound', calls.run(() => connection.call({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, signal }), signal));
    },
  };
}

interface ListedVolume extends Omit<VolumeDetails, 'Labels'> {
  readonly Labels: Readonly<Record<string, string>> | null;
}
