import type { DiskUsage } from '../../src/engine/index.js';
import type { FakeContainer } from './fake-container.js';

/** What the programs of the fake's containers have written, by where it lies. */
export function diskUsageOf(all: readonly FakeContainer[]): DiskUsage {
  const volumes = new Map<string, number>();
  const containers = new Map(all.map(({ id }): [string, number] => [id, 0]));
  for (const { id, config, written } of all) {
    for (const [path, bytes] of written) {
      const mount = config.HostConfig?.Mounts?.find(({ Target }) => path.startsWith(`${Target}/`));
      const [places, place] = mount === undefined ? [containers, id] : [volumes, mount.Source];
      places.set(place, (places.get(place) ?? 0) + bytes);
    }
  }
  return { volumes, containers };
}
