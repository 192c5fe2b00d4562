import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { FakeNode } from '../../support/fake-node.js';

jest.setTimeout(60_000);

let node: FakeNode;
let dataDir: string;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'drain-'));
  node = await (await FakeNode.start({ dataDir })).untilServing();
});
afterEach(async () => {
  await node.stop();
  rmSync(dataDir, { recursive: true });
});

const evictions = (): readonly string[] => node.journal.entries().flatMap((entry) => (entry.kind === 'evicted' ? [entry.podUid] : []));
const states = (): readonly string[] => node.provider.operations.state().pods.map(({ name, state }) => `${name} ${state}`);
const restart = async (): Promise<void> => {
  await node.stop();
  node = await (await FakeNode.start({ engine: node.engine, clock: node.clock, dataDir })).untilServing();
};

test('a drain cordons the node and evicts its pods; no restart of the plugin starts them again, and their deletion takes the entry', async () => {
  const pod = await node.create({ restartPolicy: 'Always' });
  await node.untilRunning(pod);
  expect(states()).toEqual(['web running']);
  expect(await node.provider.operations.drain()).toMatchObject({ node: 'node', cordonedSince: expect.any(String) as string, isDurable: true });
  await eventually(() => states().length === 0);
  const evicted = [{ containers: [{ restartCount: 0, state: { terminated: { exitCode: 143, message: 'Evicted: The node node is being drained by its operator.' } } }] }];
  expect(await node.status(pod)).toMatchObject(evicted);
  const containers = async (): Promise<unknown> => (await node.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`])).map(({ Names, State }) => [Names, State]);
  const before = await containers();
  await restart();
  await node.tidy();
  expect(await node.status(pod)).toMatchObject(evicted);
  expect([await containers(), evictions()]).toEqual([before, [pod.metadata.uid]]);
  await node.delete(pod);
  await eventually(() => evictions().length === 0);
});

test('a pod whose container is just being started has not ended', async () => {
  const release = node.engine.hold('startContainer');
  const pod = await node.create({ restartPolicy: 'Always' });
  await eventually(async () => (await node.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`])).length === 2);
  await node.provider.operations.drain();
  expect(states()).toEqual(['web evicted']);
  release();
  await eventually(() => states().length === 0);
  const rows = await node.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`]);
  expect(rows.filter(({ State }) => State === 'running')).toEqual([]);
  expect(await node.status(pod)).toMatchObject([{ containers: [{ state: { terminated: { message: expect.stringContaining('Evicted') as string } } }] }]);
});

test('a pod that has ended is not evicted', async () => {
  node.engine.runs(() => ({ exits: 0 }));
  const done = await node.create({ restartPolicy: 'Never' });
  await eventually(async () => JSON.stringify(await node.status(done)).includes('"terminated"'));
  await node.provider.operations.drain();
  expect(evictions()).toEqual([]);
  expect(await node.status(done)).toMatchObject([{ containers: [{ state: { terminated: { exitCode: 0 } } }] }]);
});

test('a pod that comes to a cordoned node all the same is accepted, as on a kubelet', async () => {
  await node.provider.operations.cordon(true);
  const pod = await node.create();
  await node.untilRunning(pod);
  expect(await node.ping()).toMatchObject({ pods: '0' });
  await restart();
  expect(await node.ping()).toMatchObject({ pods: '0', taints: [{ key: 'node.kubernetes.io/unschedulable' }] });
  await node.provider.operations.cordon(false);
  expect(await node.ping()).toMatchObject({ pods: '110', taints: [] });
});

test.each<[what: string, name: string, states: readonly string[]]>([
  ['made of an image of a pod stands in no drain\'s way', 'debug', []],
  ['a pod whose record is gone does', 'k8s_main_web_ns_gone_0', [' unknown']],
])('a container that is %s', async (_what, name, left) => {
  const labels = { 'interlink.eu/node': 'node', 'io.kubernetes.pod.uid': 'gone', 'io.kubernetes.container.name': 'main', 'io.kubernetes.docker.type': 'container', 'io.kubernetes.sandbox.id': 'gone' };
  await node.engine.startContainer(await node.engine.createContainer(name, { Image: 'busybox:1', Labels: labels }));
  await eventually(() => node.provider.operations.state().pods.length === left.length && node.engine.countOf('inspectContainer') > 0);
  await node.tidy();
  expect(states()).toEqual(left);
});

test('a plugin whose node name another one has taken says so, and not that it is to be asked again', async () => {
  const other = await (await FakeNode.start({ engine: node.engine, clock: node.clock })).untilServing();
  await eventually(() => node.provider.missing().some((line) => line.includes('another plugin')));
  await expect(node.provider.operations.drain()).rejects.toMatchObject({ kind: 'Conflict', message: expect.stringContaining('another plugin has claimed') as string });
  await other.stop();
});

test('of its pods nothing is told before they are known', async () => {
  const pod = await node.create();
  await node.stop();
  const release = node.engine.hold('listContainers');
  node = await FakeNode.start({ engine: node.engine, clock: node.clock, dataDir });
  for (const ask of [() => node.provider.podRows(), () => node.provider.podDetails(pod.metadata.uid)]) expect(ask).toThrow(expect.objectContaining({ kind: 'EngineUnavailable' }) as Error);
  release();
  await node.untilServing();
  expect(node.provider.podRows()).toHaveLength(1);
});

test('a cordon is no orphan', async () => {
  await node.provider.operations.cordon(true);
  for (let minute = 0; minute < 12; minute++) await node.tidy();
  expect((await node.engine.listVolumes([])).map(({ Name }) => Name)).toContain('interlink_cordon_node');
});

test('an eviction of a pod that is gone without us is struck out', async () => {
  await node.journal.add({ kind: 'evicted', podUid: 'gone', message: 'm', graceSeconds: 1, at: new Date().toISOString() });
  await node.tidy();
  await eventually(() => evictions().length === 0);
});
