import { DEFAULT_POLICY, type ImagePolicy } from '../../src/docker/node/index.js';
import type { PodStatusJson } from '../../src/wire/index.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { isRegistryInstalled, TestRegistry } from '../support/registry.js';
import { pushImage, removeImagesOf } from '../support/registry-images.js';
import { RegistryProxy } from '../support/registry-proxy.js';
import { podFile, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(240_000);

const MB = 1_000_000;
const messageIn = ({ containers }: PodStatusJson): string => containers[0]?.state?.waiting?.message ?? '';

if (!isRegistryInstalled()) skipAloud('pulls', 'there is no docker-registry here (the distribution has a package of that name)');
else {
  describeWithEngine('pulls', (engine) => {
    let registry: TestRegistry;
    let proxy: RegistryProxy;
    let node: TestNode;
    beforeAll(async () => {
      registry = await TestRegistry.start();
    });
    beforeEach(async () => {
      proxy = await RegistryProxy.start(registry);
    });
    afterEach(async () => {
      await node.remove();
      await removeImagesOf([proxy.host], engine.endpoint);
      await proxy.stop();
    });
    afterAll(() => registry.stop());

    async function startNode(policy: Partial<ImagePolicy> = {}): Promise<void> {
      node = await TestNode.start(engine, { policy: { images: { ...DEFAULT_POLICY.images, ...policy } } });
    }
    const create = (repository: string): Promise<TestPod> =>
      node.create(podFile({ containers: [{ name: 'main', image: `${proxy.host}/${repository}:1`, command: ['sh', '-c', 'read -r mark < /mark; echo "$mark"'] }] }));
    async function output(pod: TestPod): Promise<string> {
      await pod.untilPhase('Succeeded', 120_000);
      const log = await pod.log();
      await pod.delete();
      return log;
    }

    test('P80: fifty pods that want one image make one pull, and those that stay have the image whoever leaves', async () => {
      await startNode();
      await pushImage(registry, 'fifty', '1', { bytes: 8 * MB, mark: 'one of fifty' });
      // After each break the engine asks for the rest by itself.
      const cut = { kind: 'cut', after: MB } as const;
      let [isCut, downloads] = [true, 0];
      proxy.harm = () => (downloads++, isCut ? cut : undefined);
      const pods = await Promise.all(Array.from({ length: 50 }, () => create('fifty')));
      const [stays, goes] = [pods.slice(0, 5), pods.slice(5)];
      for (const pod of pods) await pod.until((status) => messageIn(status).startsWith('Pulling image '));
      for (const pod of stays) await pod.until((status) => /0 of 1 layers, \d/.test(messageIn(status)));
      await Promise.all(goes.map((pod) => pod.delete()));
      isCut = false;
      expect(await Promise.all(stays.map(output))).toEqual(stays.map(() => 'one of fifty\n'));
      const asked = proxy.requests.filter((line) => line.includes('/manifests/')).map((line) => line.replace(/sha256:\w+$/, 'DIGEST'));
      expect(asked).toEqual(['HEAD /v2/fifty/manifests/1', 'GET /v2/fifty/manifests/DIGEST']);
      // Its configuration, and its layer once for each time that it broke off.
      expect(proxy.requests.filter((line) => line.includes('/blobs/'))).toHaveLength(1 + downloads);
    });

    test('P80: a pull that hangs is cancelled and tried again', async () => {
      await startNode({ progressTimeoutMs: 2_000 });
      await pushImage(registry, 'hanging', '1', { bytes: 3 * MB, mark: 'came at last' });
      proxy.harm = () => ({ kind: 'hang', after: MB });
      const pod = await create('hanging');
      const failed = await pod.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'ErrImagePull');
      expect(messageIn(failed)).toMatch(/made no progress for 2s and was cancelled \(0 of 1 layers, \d\.\d MB downloaded\)$/);
      proxy.harm = () => undefined;
      expect(await output(pod)).toBe('came at last\n');
    });

    test('P80: a download that breaks off in the middle goes on where it was', async () => {
      await startNode();
      await pushImage(registry, 'cut', '1', { bytes: 3 * MB, mark: 'whole' });
      const harms = [{ kind: 'cut', after: MB } as const];
      proxy.harm = () => harms.shift();
      expect(await output(await create('cut'))).toBe('whole\n');
      expect(harms).toEqual([]);
    });

    test('P80: a slow pull tells how far it is, one behind it that it waits, and both how long it took', async () => {
      await startNode({ parallelPulls: 1 });
      await pushImage(registry, 'slow', '1', { bytes: 6 * MB, mark: 'slow' });
      await pushImage(registry, 'next', '1', { mark: 'next' });
      proxy.harm = () => ({ kind: 'slow', pauseMs: 80 });
      const [slow, next] = [await create('slow'), await create('next')];
      await next.until((status) => messageIn(status).startsWith('waits for its turn'));
      const megabytes = new Set<string>();
      await slow.until((status) => {
        const [, text] = /0 of 1 layers, (\d+\.\d) MB downloaded$/.exec(messageIn(status)) ?? [];
        if (text !== undefined) megabytes.add(text);
        return megabytes.size >= 2;
      });
      for (const [pod, mark] of [[slow, 'slow'], [next, 'next']] as const) {
        await pod.untilPhase('Succeeded', 120_000);
        const pulled = node.provider.podEvents(pod.uid).find(({ reason }) => reason === 'Pulled');
        expect(pulled?.message).toMatch(new RegExp(`^Successfully pulled image ".*/${mark}:1" in [\\d.ms]+ \\([\\d.ms]+ including waiting\\)\\. Image size: \\d{7,} bytes\\.$`));
        expect(await output(pod)).toBe(`${mark}\n`);
      }
    });
  });
}
