import { text } from 'node:stream/consumers';
import { toLogBody } from '../../src/caller/index.js';
import { DEFAULT_POLICY } from '../../src/docker/node/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

/** Says how often it was started, and fails all times but the third. */
const SCRIPT = 'echo x >> /work/n; echo "run $(wc -l < /work/n)"; printf end; [ $(wc -l < /work/n) = 3 ]';

describeWithEngine('a follow of a container that restarts', (engine) => {
  let node: TestNode;
  afterEach(() => node.remove());

  test.each([
    { followRestarts: true, expected: 'run 1\nendrun 2\nendrun 3\nend' },
    { followRestarts: false, expected: 'run 1\nend' },
  ])('P87: it ends with its attempt, unless the operator lets it go on until no attempt comes any more: $followRestarts', async ({ followRestarts, expected }) => {
    node = await TestNode.start(engine, { policy: { logs: { ...DEFAULT_POLICY.logs, followRestarts } } });
    const main = shell('main', `sleep 1; ${SCRIPT}`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] });
    const pod = await node.create(podFile({ restartPolicy: 'OnFailure', volumes: [{ name: 'work', emptyDir: {} }], containers: [main, shell('other', 'exec sleep 1000')] }));
    await pod.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));
    expect(await text(await node.caller.getLogs(toLogBody(pod.pod, 'main', { Follow: true })))).toBe(expected);
    await pod.delete();
  });

  test('P87: it ends when the pod is deleted between two attempts', async () => {
    node = await TestNode.start(engine, { policy: { logs: { ...DEFAULT_POLICY.logs, followRestarts: true } } });
    const pod = await node.create(podFile({ restartPolicy: 'Always', containers: [shell('main', 'echo run; exit 1')] }));
    await pod.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.waiting?.reason === 'CrashLoopBackOff');
    const log = text(await node.caller.getLogs(toLogBody(pod.pod, 'main', { Follow: true })));
    await pod.delete();
    expect(await log).toBe('run\n');
  });
});
