import type { HostConfig } from '../../src/engine/index.js';
import { SLEEP, WRITE, WRITTEN_BYTES } from './commands.js';
import type { Subject } from './subject.js';

export function declareVolumes(it: () => Subject): void {
  const mounting = (Source: string): { HostConfig: HostConfig } => ({
    HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source, Target: '/v', VolumeOptions: { NoCopy: true, Labels: { ...it().labels, volume: Source } } }] },
  });

  test('a volume comes with the first container that mounts it, and carries its labels', async () => {
    const name = it().unique();
    await it().create(SLEEP, mounting(name));
    await it().create(SLEEP, mounting(name));
    const listed = await it().engine.listVolumes([it().label, `volume=${name}`]);
    expect(listed).toEqual([{ Name: name, Labels: { ...it().labels, volume: name }, CreatedAt: expect.any(String) as string }]);
    expect(await it().engine.listVolumes([it().label, 'volume=none'])).toEqual([]);
    expect(await it().engine.inspectVolume(name)).toEqual({ ...listed[0], Mountpoint: expect.stringMatching(/^\/.*\//) as string });
    await expect(it().engine.inspectVolume(it().unique())).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('a volume cannot be removed while a container has it, running or not; it outlives that container', async () => {
    const name = it().unique();
    const id = await it().create(SLEEP, mounting(name));
    await expect(it().engine.removeVolume(name)).rejects.toMatchObject({ tag: 'Conflict' });
    await it().engine.removeContainer(id);
    expect(await it().engine.listVolumes([`volume=${name}`])).toHaveLength(1);
    await it().engine.removeVolume(name);
    expect(await it().engine.listVolumes([`volume=${name}`])).toEqual([]);
    await it().engine.removeVolume(name);
  });

  test('a volume can be made by itself; made again it stays what it is', async () => {
    const name = it().unique();
    await it().engine.createVolume(name, { ...it().labels, volume: name, first: 'yes' });
    await it().engine.createVolume(name, { ...it().labels, volume: name });
    expect(await it().engine.listVolumes([`volume=${name}`])).toEqual([{ Name: name, Labels: { ...it().labels, volume: name, first: 'yes' }, CreatedAt: expect.any(String) as string }]);
    await it().engine.removeVolume(name);
  });

  test('what lies on the disk is counted: volumes, and what containers wrote', async () => {
    const name = it().unique();
    const id = await it().create(WRITE, mounting(name));
    expect((await it().engine.diskUsage()).containers.has(id)).toBe(true);
    await it().engine.startContainer(id);
    await it().ended(id);
    const usage = await it().engine.diskUsage();
    expect(usage.volumes.get(name)).toBeGreaterThanOrEqual(WRITTEN_BYTES);
    expect(usage.containers.get(id)).toBeGreaterThanOrEqual(WRITTEN_BYTES);
  });
}
