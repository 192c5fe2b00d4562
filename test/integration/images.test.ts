import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { isRegistryInstalled, TestRegistry } from '../support/registry.js';
import { pushFromEngine, pushImage, pushList, removeImagesOf } from '../support/registry-images.js';
import { RegistryProxy } from '../support/registry-proxy.js';
import { podFile, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

const TELL = 'read -r mark < /mark; echo "$mark"';

/** A container that tells which image it is made of. */
const telling = (image: string, more: Partial<PodSpec['containers'][number]> = {}): PodSpec['containers'][number] => ({ name: 'main', image, command: ['sh', '-c', TELL], ...more });
const waitingOf = async (pod: TestPod): Promise<{ reason?: string; message?: string }> => (await pod.containerStatus('main')).state?.waiting ?? {};

if (!isRegistryInstalled()) skipAloud('images of a registry', 'there is no docker-registry here (the distribution has a package of that name)');
else {
  describeWithEngine('images of a registry', (engine) => {
    let node: TestNode;
    let registry: TestRegistry;
    let proxy: RegistryProxy;
    beforeAll(async () => {
      registry = await TestRegistry.start();
      proxy = await RegistryProxy.start(registry);
      node = await TestNode.start(engine);
    });
    afterAll(async () => {
      await node.remove();
      await removeImagesOf([registry.host, proxy.host], engine.endpoint);
      await proxy.stop();
      await registry.stop();
    });

    const create = (image: string, more: Partial<PodSpec['containers'][number]> = {}): Promise<TestPod> => node.create(podFile({ containers: [telling(image, more)] }));
    /** The pod's output when it has ended well; the pod is gone then. */
    async function output(pod: TestPod): Promise<string> {
      await pod.untilPhase('Succeeded', 60_000);
      const log = await pod.log();
      await pod.delete();
      return log;
    }
    const run = async (...args: Parameters<typeof create>): Promise<string> => output(await create(...args));

    test('P76: a tag is pulled once, :latest and Always each time, Never not at all', async () => {
      await pushImage(registry, 'policy', '1');
      await pushImage(registry, 'policy', 'latest');
      expect([await run(`${proxy.host}/policy:1`), proxy.countOf('policy')]).toEqual(['1\n', expect.any(Number)]);
      const once = proxy.countOf('policy');
      expect([await run(`${proxy.host}/policy:1`), await run(`${proxy.host}/policy:1`, { imagePullPolicy: 'Never' }), proxy.countOf('policy')]).toEqual(['1\n', '1\n', once]);
      expect(await run(`${proxy.host}/policy:1`, { imagePullPolicy: 'Always' })).toBe('1\n');
      expect(proxy.countOf('policy')).toBeGreaterThan(once);
      const before = [proxy.countOf('policy')];
      for (const image of [`${proxy.host}/policy`, `${proxy.host}/policy:latest`]) {
        expect(await run(image)).toBe('latest\n');
        before.push(proxy.countOf('policy'));
      }
      expect(before).toEqual([...new Set(before)]);
    });

    test('P76: what a tag names by now is what Always runs', async () => {
      await pushImage(registry, 'moving', '1', { mark: 'old' });
      expect(await run(`${registry.host}/moving:1`)).toBe('old\n');
      await pushImage(registry, 'moving', '1', { mark: 'new' });
      expect(await run(`${registry.host}/moving:1`)).toBe('old\n');
      expect(await run(`${registry.host}/moving:1`, { imagePullPolicy: 'Always' })).toBe('new\n');
    });

    test('P78: an image that is not there keeps its pod waiting with the registry\'s words, and runs once it is there', async () => {
      const pod = await create(`${registry.host}/late:1`);
      const reasons = new Set<string>();
      await pod.until(({ containers }) => {
        const { reason = '', message = '' } = containers[0]?.state?.waiting ?? {};
        if (/^(ErrImagePull|ImagePullBackOff)$/.test(reason)) {
          expect(message).toContain('manifest unknown');
          reasons.add(reason);
        }
        return reasons.size === 2;
      });
      expect([pod.view.phase, [...reasons]]).toEqual(['Pending', ['ErrImagePull', 'ImagePullBackOff']]);
      const image = `${registry.host}/late:1`;
      const events = node.provider.podEvents(pod.uid).map(({ type, reason, message }) => [type, reason, message]);
      expect(events.slice(0, 4)).toEqual([
        ['Normal', 'Pulling', `Pulling image "${image}"`],
        ['Warning', 'Failed', expect.stringMatching(/^Failed to pull image ".*": .*manifest unknown/)],
        ['Warning', 'Failed', 'Error: ErrImagePull'],
        ['Normal', 'BackOff', `Back-off pulling image "${image}"`],
      ]);
      await pushImage(registry, 'late', '1');
      expect(await output(pod)).toBe('1\n');
    });

    test('P78: ErrImageNeverPull and a registry that is not there have their reasons; a name that none can have is refused', async () => {
      const [never, away] = [await create(`${registry.host}/never:1`, { imagePullPolicy: 'Never' }), await create('127.0.0.1:1/away:1')];
      await never.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
      expect(await waitingOf(never)).toEqual({ reason: 'ErrImageNeverPull', message: `Container image "${registry.host}/never:1" is not present with pull policy of Never` });
      await away.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'ErrImagePull');
      expect((await waitingOf(away)).message).toContain('connection refused');
      const body = toCreateBody(podFile({ containers: [telling('valid:1')] }), makeStamp(new Date()));
      const invalid = JSON.parse(JSON.stringify(body).replaceAll('"valid:1"', '"Not/A:Valid:Name"')) as typeof body;
      await expect(node.create(invalid)).rejects.toMatchObject({ name: 'PluginRefused', status: 400, message: expect.stringMatching(/pod\.spec\.containers\[0\]\.image: couldn't parse image name/) as string });
      await Promise.all([never.delete(), away.delete()]);
    });

    test('P79: an image by digest is what was named, is pulled once, and imageID is its digest in its repository', async () => {
      const { digest } = await pushImage(registry, 'digest', '1', { mark: 'first' });
      await pushImage(registry, 'digest', '1', { mark: 'second' });
      const byDigest = `${proxy.host}/digest@${digest}`;
      const pods = [await create(byDigest), await create(`${proxy.host}/digest:1@${digest}`)];
      for (const pod of pods) {
        await pod.untilPhase('Succeeded');
        expect((await pod.containerStatus('main')).imageID).toBe(`docker-pullable://${byDigest}`);
        expect(await output(pod)).toBe('first\n');
      }
      const asked = proxy.requests.length;
      expect(await run(byDigest)).toBe('first\n');
      expect(proxy.requests).toHaveLength(asked);
    });

    test('P79: imageID is the digest of an image by tag too, after a restart as well, and the engine\'s id where no registry gave it', async () => {
      await pushFromEngine(engine.endpoint, 'busybox:1.36', registry, 'from-engine', '1');
      const command = ['sleep', '600'];
      const [pulled, local] = [await create(`${registry.host}/from-engine:1`, { command }), await create('busybox:1.36', { command })];
      await Promise.all([pulled.untilPhase('Running'), local.untilPhase('Running')]);
      const imageIds = async (): Promise<string[]> => [(await pulled.containerStatus('main')).imageID, (await local.containerStatus('main')).imageID];
      const { RepoDigests } = (await call(engine.endpoint, 'GET', `/images/${encodeURIComponent(`${registry.host}/from-engine:1`)}/json`)).json() as { RepoDigests: string[] };
      const expected = [`docker-pullable://${RepoDigests.find((name) => name.startsWith(registry.host)) ?? ''}`, expect.stringMatching(/^docker:\/\/sha256:/)];
      expect(await imageIds()).toEqual(expected);
      const { name } = node;
      await node.stop();
      node = await TestNode.start(engine, { node: name });
      const [knownPulled, knownLocal] = [node.know(pulled), node.know(local)];
      expect(await eventually(async () => [(await knownPulled.containerStatus('main')).imageID, (await knownLocal.containerStatus('main')).imageID])).toEqual(expected);
      await Promise.all([knownPulled.delete(), knownLocal.delete()]);
    });

    test('P79: an image for another architecture says so; of a list the right one is taken', async () => {
      const arm = await pushImage(registry, 'platform', 'arm', { architecture: 'arm64' });
      const amd = await pushImage(registry, 'platform', 'amd', { mark: 'ours' });
      await pushList(registry, 'platform', 'both', [arm, amd]);
      await pushList(registry, 'platform', 'arm-only', [arm]);
      const [single, listed] = [await create(`${registry.host}/platform:arm`), await create(`${registry.host}/platform:arm-only`)];
      for (const pod of [single, listed]) await pod.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'ErrImagePull');
      expect((await waitingOf(single)).message).toMatch(/image ".*\/platform:arm" is for linux\/arm64; this node runs linux\/amd64$/);
      expect((await waitingOf(listed)).message).toContain('no matching manifest for linux/amd64');
      await Promise.all([single.delete(), listed.delete()]);
      expect(await run(`${registry.host}/platform:both`)).toBe('ours\n');
    });
  });
}
