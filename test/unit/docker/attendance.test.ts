import { FakeNode } from '../../support/fake-node.js';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let node: FakeNode;
beforeEach(async () => {
  node = await (await FakeNode.start()).untilServing();
});
afterEach(() => node.stop());

/** Pings come, four minutes apart, and nobody asks about a pod. */
async function pings(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 4 * MINUTE) {
    node.clock.advance(4 * MINUTE);
    await node.ping();
  }
}

/** Beside what a clock that jumps does to work under way. */
const notes = (): readonly string[] => node.provider.podRows().flatMap((row) => row.notes).filter((note) => note.startsWith('abandoned'));

test('a pod that nobody asks about for a day while pings come is shown as abandoned, once, and kept; asking about it ends that', async () => {
  const [pod, other] = [await node.create(), await node.create()];
  await node.untilRunning(pod);
  await node.ping();
  await pings(12 * HOUR);
  await node.status(other);
  await pings(11.9 * HOUR);
  expect(node.figure('pods_abandoned')).toBe(0);
  await pings(HOUR);
  expect(node.figure('pods_abandoned')).toBe(1);
  expect(notes()).toEqual([expect.stringMatching(/^abandoned: nobody has asked about it since 20/)]);
  await pings(11 * HOUR);
  await node.status(other);
  expect(node.said('nobody has asked about a pod')).toHaveLength(1);
  await node.untilRunning(pod);
  expect([node.figure('pods_abandoned'), notes()]).toEqual([0, []]);
  expect(node.said('is asked about again')).toHaveLength(1);
});

test('while no calls come, no time passes: a caller that was away for a week finds nothing abandoned', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  await node.ping();
  await pings(23 * HOUR);
  node.clock.advance(7 * 24 * HOUR);
  await node.ping();
  expect(node.figure('pods_abandoned')).toBe(0);
  await pings(2 * HOUR);
  expect(node.figure('pods_abandoned')).toBe(1);
});

test('a pod that is being deleted is not abandoned', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  await node.ping();
  await pings(25 * HOUR);
  expect(node.figure('pods_abandoned')).toBe(1);
  await node.delete(pod);
  await node.ping();
  expect(node.figure('pods_abandoned')).toBe(0);
});
