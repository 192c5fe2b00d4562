import { EngineError } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { FakeNode } from '../../support/fake-node.js';

jest.setTimeout(60_000);

let node: FakeNode;
beforeEach(async () => {
  node = await (await FakeNode.start()).untilServing();
});
afterEach(() => node.stop());

/** Until it throws no more. */
const until = (expectation: () => void): Promise<true> =>
  eventually(() => {
    expectation();
    return true as const;
  });

const whyOf = (podUid: string): string => node.provider.podDetails(podUid)?.why ?? 'never heard of';

test('of a pod that runs: its row, why, its containers and its events', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  const { uid } = pod.metadata;
  expect(node.provider.podDetails(uid)).toMatchObject({
    row: { namespace: 'ns', name: 'web', uid, phase: 'Running', ready: 1 },
    why: expect.stringMatching(/^it runs, and is ready: main since 20/) as unknown,
    initContainers: [],
    containers: [{ name: 'main', ready: true, state: { running: {} } }],
  });
  expect(node.provider.podDetails(uid)?.events.map(({ type, reason, count }) => [type, reason, count])).toEqual([['Normal', 'Pulled', 1], ['Normal', 'Created', 1], ['Normal', 'Started', 1]]);
});

test('no call to the engine is made for it', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  const before = node.engine.calls.length;
  expect(whyOf(pod.metadata.uid)).toMatch(/^it runs/);
  expect(node.engine.calls).toHaveLength(before);
});

test('an image that cannot be had', async () => {
  const pod = await node.create({ containers: [{ name: 'main', image: 'nowhere:1' }] });
  await until(() => expect(whyOf(pod.metadata.uid)).toMatch(/^the image nowhere:1 of main cannot be had \(ErrImagePull\): .+; it has failed once and is tried again at 20/));
});

test('a pod that does not fit is told of after its refusal', async () => {
  const { pod, ...rest } = FakeNode.newPod({ containers: [{ name: 'main', image: 'busybox:1', resources: { requests: { cpu: '4000' } } }] });
  await expect(node.send({ pod, ...rest })).rejects.toThrow(/OutOfcpu/);
  expect(node.provider.podDetails(pod.metadata.uid)).toMatchObject({ row: { uid: pod.metadata.uid, phase: 'Unknown' }, why: expect.stringMatching(/^it was not taken on: OutOfcpu: Node didn't have enough resource: cpu/) as unknown });
});

test('a deletion that cannot be finished says what keeps it; one that has ended leaves nothing', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  node.engine.failNext('removeContainer', new EngineError('Failed', 'device or resource busy'), 1000);
  void node.delete(pod);
  await until(() => expect(whyOf(pod.metadata.uid)).toMatch(/^it is being deleted since .+, which does not come to its end: .+ failed since .+ device or resource busy/));
  node.engine.failNone('removeContainer');
  await until(() => {
    node.clock.advance(1000);
    expect(whyOf(pod.metadata.uid)).toBe('never heard of');
  });
});

test('while the engine is away, that is said first', async () => {
  const pod = await node.create();
  await node.untilRunning(pod);
  node.engine.setDown(true);
  await until(() => expect(whyOf(pod.metadata.uid)).toMatch(/^the Docker Engine cannot be reached, .+: it runs/));
  node.engine.setDown(false);
});
