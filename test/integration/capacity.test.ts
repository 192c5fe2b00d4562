import { type CreateBody, makeStamp, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { DEFAULT_RESOURCE_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine, objectsOf, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

/** Three cores, 300 MiB and a GiB of disk for four pods, whatever the machine has. */
const POLICY: Partial<NodePolicy> = {
  resources: {
    ...DEFAULT_RESOURCE_POLICY,
    pods: 4,
    cpuMilli: 3500,
    reservedCpuMilli: 500,
    memoryBytes: 400 * 2 ** 20,
    reservedMemoryBytes: 100 * 2 ** 20,
    ephemeralStorageBytes: 2 ** 30,
    extended: [{ name: 'example.com/licence', capacity: 2, devices: [] }],
  },
  taints: [{ key: 'dedicated', value: 'lab', effect: 'NoSchedule' }],
};

const SLEEP = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

describeWithEngine('what fits on a node', (engine) => {
  const name = uniqueNode('capacity');
  let node: TestNode;
  beforeEach(async () => {
    node = await TestNode.start(engine, { node: name, policy: POLICY });
  });
  afterEach(() => node.remove());

  const asking = (requests: Readonly<Record<string, string>>, script = SLEEP, spec: Partial<PodSpec> = {}): PodFile =>
    podFile({ containers: [shell('main', script, { resources: { requests, ...('example.com/licence' in requests && { limits: requests }) } })], ...spec });
  const bodyOf = (file: PodFile): CreateBody => toCreateBody(file, makeStamp(new Date()));

  async function expectRefused(file: PodFile, message: RegExp): Promise<void> {
    const body = bodyOf(file);
    await expect(node.create(body)).rejects.toMatchObject({ status: 422, message: expect.stringMatching(message) as string });
    const left = await objectsOf(`io.kubernetes.pod.uid=${body.pod.metadata.uid}`, engine.endpoint);
    expect(left).toEqual({ containers: [], volumes: [], networks: [] });
  }

  const runningOnes = (pods: readonly TestPod[]): Promise<unknown> => Promise.all(pods.map((pod) => pod.untilPhase('Running')));

  test('P36: a pod that can never fit is refused with the kubelet\'s reason, and leaves nothing', async () => {
    await expectRefused(asking({ cpu: '3001m' }), /OutOfcpu: Node didn't have enough resource: cpu, requested: 3001, used: 0, capacity: 3000/);
    await expectRefused(asking({ memory: '301Mi' }), /OutOfmemory: .* requested: 315621376, used: 0, capacity: 314572800/);
    await expectRefused(asking({ 'ephemeral-storage': '1025Mi' }), /OutOfephemeral-storage: .* requested: 1074790400, used: 0, capacity: 1073741824/);
    await expectRefused(asking({ 'example.com/licence': '3' }), /OutOfexample\.com\/licence: .* requested: 3, used: 0, capacity: 2/);
    await expectRefused(asking({ cpu: '1' }, SLEEP, { overhead: { cpu: '2500m' } }), /OutOfcpu: .* requested: 3500, used: 0/);
    await expectRefused(asking({ cpu: '1' }, SLEEP, { initContainers: [shell('init', 'true', { resources: { requests: { cpu: '4' } } })] }), /OutOfcpu: .* requested: 4000, used: 0/);
  });

  test('P36: of many at the same time as many are taken as fit; what ends or goes makes room', async () => {
    const results = await Promise.allSettled(Array.from({ length: 7 }, () => node.create(asking({ cpu: '1' }))));
    const pods = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(pods).toHaveLength(3);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as object] : []));
    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 422, message: expect.stringMatching(/OutOfcpu: .* requested: 1000, used: 3000, capacity: 3000/) as string });
    await runningOnes(pods);
    await expectRefused(asking({ cpu: '1m' }), /OutOfcpu: .* used: 3000/);
    await pods[0]?.delete();
    const short = await node.create(asking({ cpu: '1' }, 'true'));
    await short.untilPhase('Succeeded');
    const next = await node.create(asking({ cpu: '1' }));
    await expectRefused(asking({ cpu: '1m' }), /OutOfcpu: .* used: 3000/);
    await Promise.all([...pods.slice(1), short, next].map((pod) => pod.delete()));
  });

  test('P36: the number of pods counts, and a pod that fails to be created holds nothing', async () => {
    const pods = await Promise.all(Array.from({ length: 4 }, () => node.create(asking({}))));
    await expectRefused(asking({}), /OutOfpods: Node didn't have enough resource: pods, requested: 1, used: 4, capacity: 4/);
    await pods[3]?.delete();
    const tooLarge = bodyOf(asking({}));
    tooLarge.pod.metadata.annotations = { noise: Array.from({ length: 200_000 }, () => Math.random().toString(36)).join('') };
    await expect(node.create(tooLarge)).rejects.toMatchObject({ status: 413 });
    const last = await node.create(asking({}));
    await Promise.all([...pods.slice(0, 3), last].map((pod) => pod.delete()));
  });

  test('P36: what pods hold is known again after a restart of the plugin, before anything new is taken', async () => {
    const [big, ended] = await Promise.all([node.create(asking({ cpu: '2' })), node.create(asking({ cpu: '1' }, 'true'))]);
    await Promise.all([big.untilPhase('Running'), ended.untilPhase('Succeeded')]);
    await node.stop();
    node = await TestNode.start(engine, { node: name, policy: POLICY });
    // At once, while the pods are not known yet.
    await expectRefused(asking({ cpu: '1500m' }), /OutOfcpu: .* requested: 1500, used: 2000, capacity: 3000/);
    const more = await node.create(asking({ cpu: '1' }));
    await Promise.all([node.know(big), node.know(ended), more].map((pod) => pod.delete()));
  });

  test('P39: the ping tells what all pods together can be given, and the taints of the node', async () => {
    const pod = await node.create(asking({ cpu: '2', 'example.com/licence': '1' }));
    const answer = await eventually(() => node.caller.ping());
    expect(answer).toEqual({
      status: 'ok',
      resources: { cpu: '3', memory: String(300 * 2 ** 20), pods: '4', accelerators: [{ resourceType: 'ephemeral-storage', available: String(2 ** 30) }, { resourceType: 'example.com/licence', available: '2' }] },
      taints: [{ key: 'dedicated', value: 'lab', effect: 'NoSchedule' }],
    });
    await pod.delete();
  });
});
