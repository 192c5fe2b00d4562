import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../../../src/engine/index.js';
import { eventually } from '../../../support/eventually.js';
import { FakeNode } from '../../../support/fake-node.js';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const POD_UID = 'io.kubernetes.pod.uid';
const NEVER = new EngineError('Failed', 'the device is busy');

let node: FakeNode;
let dataDir: string;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'deletions-'));
  node = await (await FakeNode.start({ dataDir })).untilServing();
});
afterEach(async () => {
  await node.stop();
  rmSync(dataDir, { recursive: true });
});

/** What the engine has of a pod. */
const leftOf = async (uid: string): Promise<number> =>
  (await node.engine.listContainers([`${POD_UID}=${uid}`])).length + (await node.engine.listVolumes([`${POD_UID}=${uid}`])).length;

/** A pod whose sandbox is gone, and of which the plugin is told by its delete alone. */
async function barePod(): Promise<Parameters<FakeNode['delete']>[0]> {
  const pod = await node.create({ volumes: [{ name: 'work', emptyDir: {} }], containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'work', mountPath: '/work' }] }] });
  await node.untilRunning(pod);
  await node.stop();
  const before = node.engine;
  for (const { Id } of await before.listContainers([`${POD_UID}=${pod.metadata.uid}`, 'io.kubernetes.docker.type=podsandbox'])) await before.removeContainer(Id);
  node = await (await FakeNode.start({ engine: before, dataDir })).untilServing();
  return pod;
}

/** Lets the plugin try so many times, however long it waits between. */
async function tries(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const before = node.engine.countOf('removeContainer') + node.engine.countOf('removeVolume');
    node.clock.advance(MINUTE);
    await eventually(() => node.engine.countOf('removeContainer') + node.engine.countOf('removeVolume') > before);
  }
}

describe.each<[what: string, method: 'removeContainer' | 'removeVolume']>([['a container', 'removeContainer'], ['a volume', 'removeVolume']])('%s that cannot be removed', (_what, method) => {
  test('is tried again until it goes, told of once, and counted as long as it stays', async () => {
    const pod = await node.create({ volumes: [{ name: 'work', emptyDir: {} }], containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'work', mountPath: '/work' }] }] });
    await node.untilRunning(pod);
    node.engine.failNext(method, NEVER, 1000);
    let isAnswered = false;
    const deleted = node.delete(pod).then(() => (isAnswered = true));
    await eventually(() => node.said('sync failed').length > 0);
    await tries(10);
    expect(node.said('sync failed')).toHaveLength(1);
    expect([node.figure('deletions_pending'), (node.figure('deletion_oldest_age_seconds') ?? 0) >= 600]).toEqual([1, true]);
    expect(await leftOf(pod.metadata.uid)).toBeGreaterThan(0);
    await eventually(() => isAnswered); // after 100 s, the deletion on disk
    node.engine.failNone(method);
    await eventually(async () => {
      node.clock.advance(MINUTE);
      return (await leftOf(pod.metadata.uid)) === 0;
    });
    await eventually(() => node.figure('deletions_pending') === 0);
    expect(node.said('sync succeeds again')).toHaveLength(1);
    await deleted;
  });

  test('is tried again also where nothing but the delete tells of the pod', async () => {
    const pod = await barePod();
    const { uid } = pod.metadata;
    node.engine.failNext(method, NEVER, 1000);
    let isAnswered = false;
    const deleted = node.delete({ ...pod, spec: { ...pod.spec, containers: [] } }).then(() => (isAnswered = true));
    await tries(5);
    await eventually(() => isAnswered);
    expect(node.figure('deletions_pending')).toBe(1);
    node.engine.failNone(method);
    await eventually(async () => {
      node.clock.advance(MINUTE);
      return (await leftOf(uid)) === 0;
    });
    await eventually(() => node.figure('deletions_pending') === 0);
    await deleted;
  });
});

test('a restarted plugin goes on with a deletion whose first try fails, without another connect', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  node.engine.failNext('removeContainer', NEVER, 1000);
  node.delete(pod).catch(() => undefined);
  await eventually(() => node.said('sync failed').length > 0);
  const { engine } = node;
  await node.stop();
  // Its mark and record are lost: only the journal knows.
  engine.failNone('removeContainer');
  for (const { Id } of await engine.listContainers([`${POD_UID}=${pod.metadata.uid}`, 'io.kubernetes.docker.type=podsandbox'])) await engine.removeContainer(Id);
  engine.failNext('removeContainer', NEVER, 4);
  node = await (await FakeNode.start({ engine, dataDir })).untilServing();
  expect(node.figure('deletions_pending')).toBe(1);
  await eventually(async () => {
    node.clock.advance(MINUTE);
    return (await leftOf(pod.metadata.uid)) === 0;
  });
  await eventually(() => node.figure('deletions_pending') === 0);
});

test('while a deletion has not ended its UID is refused, however long that takes', async () => {
  const pod = FakeNode.newPod();
  await node.send(pod);
  await node.untilRunning(pod.pod);
  const deletedBefore = FakeNode.newPod();
  await expect(node.delete(deletedBefore.pod)).rejects.toMatchObject({ kind: 'PodNotFound' });
  node.engine.setDown(true);
  node.delete(pod.pod).catch(() => undefined);
  await eventually(() => node.figure('deletions_pending') === 1);
  node.clock.advance(14 * MINUTE);
  await expect(node.send(deletedBefore)).rejects.toMatchObject({ kind: 'PodDeleted' });
  node.clock.advance(HOUR);
  expect(node.figure('deletion_oldest_age_seconds')).toBeGreaterThan(3600);
  await expect(node.send(pod)).rejects.toMatchObject({ kind: 'PodDeleted' });
  node.engine.setDown(false);
  await eventually(async () => {
    node.clock.advance(MINUTE);
    return (await leftOf(pod.pod.metadata.uid)) === 0;
  });
});


test('a UID is refused after a restart too: one that was deleted, and one whose delete came first', async () => {
  const pod = FakeNode.newPod();
  await node.send(pod);
  await node.untilRunning(pod.pod);
  await node.delete(pod.pod);
  const early = FakeNode.newPod();
  await expect(node.delete(early.pod)).rejects.toMatchObject({ kind: 'PodNotFound' });
  await node.stop();
  node = await (await FakeNode.start({ engine: node.engine, clock: node.clock, dataDir })).untilServing();
  for (const body of [pod, early]) await expect(node.send(body)).rejects.toMatchObject({ kind: 'PodDeleted' });
  await expect(node.delete(pod.pod)).resolves.toBeUndefined();
  node.clock.advance(16 * MINUTE);
  await node.send(early);
  await node.untilRunning(early.pod);
  await eventually(() => {
    node.clock.advance(MINUTE);
    return node.journal.entries().length === 0;
  });
});

describe('a deletion that nobody has on record', () => {
  beforeEach(async () => {
    await node.stop();
    node = await (await FakeNode.start()).untilServing(); // without a DataDir
  });

  test('is answered as such, and carried out all the same', async () => {
    const pod = await node.create();
    await node.untilRunning(pod);
    node.engine.setDown(true);
    const answer = node.delete(pod).then(() => 'gone', (error: unknown) => error);
    await eventually(() => node.clock.isWaitedFor(90_000));
    node.clock.advance(100_000);
    expect(await answer).toMatchObject({ kind: 'EngineUnavailable', message: expect.stringContaining('forgotten if the plugin stops') as string });
    expect(node.figure('journal_durable')).toBe(0);
    node.engine.setDown(false);
    await eventually(async () => {
      node.clock.advance(MINUTE);
      return (await leftOf(pod.metadata.uid)) === 0;
    });
  });

  test('gets its mark on the engine as soon as that takes it, and is answered as done for after 100 s', async () => {
    const pod = await node.create();
    await node.untilRunning(pod);
    node.engine.failNext('renameContainer', NEVER, 3);
    node.engine.failNext('removeContainer', NEVER, 1000);
    const answer = node.delete(pod).then(() => 'on record', (error: unknown) => error);
    const isMarked = async (): Promise<boolean> => (await node.engine.listContainers([`${POD_UID}=${pod.metadata.uid}`])).some(({ Names }) => Names.some((name) => name.endsWith('_deleting')));
    await eventually(() => node.said('could not be marked').length > 0);
    await eventually(async () => {
      node.clock.advance(10_000);
      return isMarked();
    });
    node.clock.advance(100_000);
    expect(await answer).toBe('on record');
    expect(node.said('could not be marked')).toHaveLength(1);
    node.engine.failNone('removeContainer');
  });
});
