import type { PodEvent, PodSpec } from '../../src/kube/index.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { untilTerm } from '../support/pod-scripts.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const MINUTE_MS = 60_000;

describeWithEngine('service account tokens', (engine) => {
  const name = uniqueNode();
  const clock = new HurriedClock();
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { node: name, clock });
  });
  afterAll(() => node.remove());

  const told = (pod: TestPod): readonly PodEvent[] => node.provider.podEvents(pod.uid).filter(({ reason }) => reason === 'TokenExpiring');

  test('P23: that a token ends is told before it does, once, and again by a plugin that started since', async () => {
    const volumes: PodSpec['volumes'] = [{ name: 'identity', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }] } }];
    const volumeMounts = [{ name: 'identity', mountPath: '/identity' }];
    const pod = await node.create(podFile({ volumes, containers: [shell('main', `[ -s /identity/token ] && ${untilTerm(0)}`, { volumeMounts })] }));
    await pod.untilPhase('Running');
    clock.advance(7 * MINUTE_MS);
    expect(told(pod)).toEqual([]);
    clock.advance(2 * MINUTE_MS);
    expect(told(pod)).toMatchObject([{ type: 'Warning', count: 1, message: expect.stringMatching(/volume identity ends at \d{4}-.*; interLink does not renew it/) as unknown }]);
    clock.advance(MINUTE_MS / 2);
    expect(told(pod)).toMatchObject([{ count: 1 }]);

    await node.stop();
    clock.advance(MINUTE_MS);
    node = await TestNode.start(engine, { node: name, clock });
    await eventually(() => told(pod).length > 0);
    expect(told(pod)).toMatchObject([{ message: expect.stringContaining('has ended at') as unknown }]);
    await node.know(pod).delete();
  });
});
