import { makeStamp, toCreateBody, toStatusPod } from '../../src/caller/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { shellPod, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(60_000);

describeWithEngine('the cost of a status', (engine) => {
  let proxy: FaultProxy;
  let node: TestNode;
  beforeAll(async () => {
    proxy = await FaultProxy.start(engine.endpoint);
    node = await TestNode.start({ endpoint: proxy.endpoint, dockerHost: proxy.dockerHost });
  });
  afterAll(async () => {
    await node.remove();
    await proxy.stop();
  });

  test('P84, P85: is no engine call, whatever is asked for, and those who are unknown are left out', async () => {
    const pods: TestPod[] = [];
    for (let index = 0; index < 3; index++) pods.push(await node.create(shellPod('exec sleep 1000')));
    for (const pod of pods) await pod.untilPhase('Running');
    const strangers = Array.from({ length: 20 }, () => toCreateBody(shellPod('true'), makeStamp(new Date())).pod);
    proxy.restartCount();
    for (let round = 0; round < 50; round++) for (const pod of pods) await pod.status();
    const answer = await node.caller.status([...pods.map((pod) => toStatusPod(pod.pod, pod.jobId, pod.view)), ...strangers]);
    await node.caller.ping();
    expect(answer.map((status) => status.containers[0]?.state?.running !== undefined)).toEqual([true, true, true]);
    expect(proxy.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('P85: is paid even while the engine is away', async () => {
    const pod = await node.create(shellPod('exec sleep 1000'));
    await pod.untilPhase('Running');
    const before = await pod.status();
    await proxy.refuse();
    expect(await pod.status()).toEqual(before);
    await proxy.resume();
  });
});
