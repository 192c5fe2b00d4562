import { call } from '../support/endpoint.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { type HoldingRegistry, startHoldingRegistry } from '../support/holding-registry.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('images by policy', ({ endpoint, ...engine }) => {
  let node: TestNode;
  let registry: HoldingRegistry;
  beforeAll(async () => {
    node = await TestNode.start({ endpoint, ...engine });
    registry = await startHoldingRegistry();
    registry.release();
    // The engine has the image under a name of a registry that has nothing.
    const [repo = '', tag = ''] = registry.image.split(/:(?=[^:]*$)/);
    const { status } = await call(endpoint, 'POST', `/images/busybox:1.36/tag?repo=${encodeURIComponent(repo)}&tag=${tag}`);
    expect(status).toBe(201);
  });
  afterAll(async () => {
    await node.remove();
    await call(endpoint, 'DELETE', `/images/${registry.image}`);
    await registry.stop();
  });

  test('P76: IfNotPresent and Never take what the engine has without asking for it, and Never waits for what it has not', async () => {
    const pod = await node.create(podFile({
      containers: [
        shell('present', 'echo here', { image: registry.image, imagePullPolicy: 'IfNotPresent' }),
        shell('never', 'echo here', { image: registry.image, imagePullPolicy: 'Never' }),
        shell('absent', 'echo here', { image: registry.image.replace('held', 'absent'), imagePullPolicy: 'Never' }),
      ],
    }));
    const { containers } = await pod.until(({ containers: [present, never, absent] }) => [present, never].every((one) => one?.state?.terminated?.exitCode === 0) && absent?.state?.waiting?.reason === 'ErrImageNeverPull');
    expect([containers[0]?.image, await pod.log('present'), await pod.log('never'), await pod.log('absent')]).toEqual([registry.image, 'here\n', 'here\n', '']);
    expect(registry.requests).toEqual([]);
    await pod.delete();
  });

  test('P76: Always asks for the newest, and runs nothing where it cannot be had', async () => {
    const pod = await node.create(podFile({ containers: [shell('main', 'echo here', { image: registry.image, imagePullPolicy: 'Always' })] }));
    await pod.until(({ containers: [main] }) => /^(ErrImagePull|ImagePullBackOff)$/.test(main?.state?.waiting?.reason ?? ''));
    expect(registry.requests).not.toEqual([]);
    expect(await pod.log()).toBe('');
    await pod.delete();
  });
});
