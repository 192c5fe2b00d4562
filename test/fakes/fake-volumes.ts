import type { Clock } from '../../src/clock.js';
import { EngineError, type MountConfig, type VolumeDetails, type VolumeSummary } from '../../src/engine/index.js';
import { hasLabels } from './fake-events.js';

/** The fake's named volumes: made by themselves or by the first container that mounts them, kept while any container does. */
export class FakeVolumes {
  private readonly byName = new Map<string, VolumeSummary & { readonly users: Set<string> }>();

  constructor(private readonly clock: Clock) {}

  list(labels: readonly string[]): readonly VolumeSummary[] {
    const listed = [...this.byName.values()].filter(({ Labels }) => hasLabels(Labels, labels));
    return listed.map(({ Name, Labels, CreatedAt }) => ({ Name, Labels, CreatedAt }));
  }

  inspect(name: string): VolumeDetails {
    const volume = this.byName.get(name);
    if (volume === undefined) throw new EngineError('NotFound', `get ${name}: no such volume`);
    const { Name, Labels, CreatedAt } = volume;
    return { Name, Labels, CreatedAt, Mountpoint: `/var/lib/docker/volumes/${name}/_data` };
  }

  create(name: string, labels: Readonly<Record<string, string>>): void {
    if (!this.byName.has(name)) this.byName.set(name, { Name: name, Labels: { ...labels }, CreatedAt: this.clock.now().toISOString(), users: new Set() });
  }

  remove(name: string): void {
    const users = this.byName.get(name)?.users ?? new Set();
    if (users.size > 0) throw new EngineError('Conflict', `remove ${name}: volume is in use - [${[...users].join(', ')}]`);
    this.byName.delete(name);
  }

  /** A container is made that mounts these. */
  mount(containerId: string, mounts: readonly MountConfig[]): void {
    for (const { Source, VolumeOptions } of mounts.filter(({ Type }) => Type === 'volume')) {
      const volume = this.byName.get(Source) ?? { Name: Source, Labels: VolumeOptions?.Labels ?? {}, CreatedAt: this.clock.now().toISOString(), users: new Set<string>() };
      volume.users.add(containerId);
      this.byName.set(Source, volume);
    }
  }

  /** A container is gone. */
  release(containerId: string): void {
    for (const { users } of this.byName.values()) users.delete(containerId);
  }
}
