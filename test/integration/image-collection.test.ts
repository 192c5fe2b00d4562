import { existsSync } from 'node:fs';
import { DEFAULT_POLICY, type ImageCollection } from '../../src/docker/node/index.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { isRegistryInstalled, TestRegistry } from '../support/registry.js';
import { pushImage, removeImagesOf } from '../support/registry-images.js';
import { podFile, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

const UNTIL_TIDIED_MS = 5 * 60_000 + 1_000;
/** Whatever is on this engine is too much: all goes that may. */
const GREEDY: ImageCollection = { highPercent: 1, lowPercent: 0, minAgeMs: 0, budgetBytes: 1, isEngineHere: false };
/** A disk on which an engine has its files is not empty. */
const ON_DISK: ImageCollection = { highPercent: 1, lowPercent: 0, minAgeMs: 0, isEngineHere: true };

if (!isRegistryInstalled()) skipAloud('images that are removed', 'there is no docker-registry here (the distribution has a package of that name)');
else {
  describeWithEngine('images that are removed', (engine) => {
    const clock = new HurriedClock();
    let registry: TestRegistry;
    let node: TestNode;
    let digest: string;
    const start = (name?: string, collection = GREEDY): Promise<TestNode> => TestNode.start(engine, { clock, ...(name !== undefined && { node: name }), policy: { images: { ...DEFAULT_POLICY.images, collection } } });
    beforeAll(async () => {
      registry = await TestRegistry.start();
      node = await start();
      ({ digest } = await pushImage(registry, 'digest', '1'));
      for (const name of ['left', 'used', 'wanted', 'foreign', 'tagged']) await pushImage(registry, name, '1');
    });
    afterAll(async () => {
      await node.remove();
      await removeImagesOf([registry.host], engine.endpoint);
      // What the test marked and did not remove.
      const images = (await call(engine.endpoint, 'GET', '/images/json')).json() as { RepoTags: string[] | null }[];
      for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? [])) if (name.startsWith(`interlink-docker/pulled:${node.name}.`)) await call(engine.endpoint, 'DELETE', `/images/${encodeURIComponent(name)}`);
      await registry.stop();
    });

    const nameOf = (repository: string): string => `${registry.host}/${repository}:1`;
    const runs = (image: string, more: object = {}): Promise<TestPod> => node.create(podFile({ restartPolicy: 'Never', containers: [{ name: 'main', image, command: ['sh', '-c', 'read -r _'], stdin: true, ...more }] }));
    async function pullAndLeave(image: string): Promise<void> {
      const pod = await runs(image);
      await pod.untilPhase('Running', 60_000);
      await pod.delete();
    }
    /** Repositories of this test's registry of which the engine has an image. */
    async function here(): Promise<string[]> {
      const names = (await node.engine.listImages()).flatMap(({ RepoTags, RepoDigests }) => [...RepoTags, ...RepoDigests]).filter((name) => name.startsWith(registry.host));
      return [...new Set(names.map((name) => name.slice(registry.host.length + 1).split(/[:@]/)[0] ?? ''))].sort();
    }

    test('P80: of all that is on the engine only what the plugin pulled and nobody uses is removed, after a restart as well', async () => {
      const pulled = await call(engine.endpoint, 'POST', `/images/create?fromImage=${encodeURIComponent(`${registry.host}/foreign`)}&tag=1`, { headers: { 'x-registry-auth': 'e30=' } });
      expect(pulled.text).not.toContain('"error"');
      await pullAndLeave(`${registry.host}/digest@${digest}`);
      for (const name of ['left', 'foreign', 'tagged']) await pullAndLeave(nameOf(name));
      const tagged = await node.engine.inspectImage(nameOf('tagged'));
      await node.engine.tagImage(tagged.Id, `${registry.host}/tagged`, 'mine');
      const used = await runs(nameOf('used'));
      await used.untilPhase('Running', 60_000);
      const { name } = node;
      await node.stop();
      expect(await here()).toEqual(['digest', 'foreign', 'left', 'tagged', 'used']);
      node = await start(name);
      const known = node.know(used);
      await eventually(async () => (await known.status())?.containers[0]?.state?.running);
      clock.advance(UNTIL_TIDIED_MS);
      await eventually(async () => (await here()).length < 4);
      expect(await here()).toEqual(['foreign', 'tagged', 'used']);
      // Imported, not pulled; each is an image of this engine that no container of this node is made of now.
      for (const image of ['busybox:1.36', 'interlink-docker/sandbox:2']) expect(await node.engine.inspectImage(image)).toHaveProperty('Id');
      await known.delete();
      clock.advance(UNTIL_TIDIED_MS);
      await eventually(async () => !(await here()).includes('used'));
      expect(await here()).toEqual(['foreign', 'tagged']);
    });

    test('P80: by the fullness of the engine\'s own disk as well; what was removed is pulled again for the next pod', async () => {
      const { name } = node;
      await node.stop();
      node = await start(name, ON_DISK);
      await pullAndLeave(nameOf('wanted'));
      clock.advance(UNTIL_TIDIED_MS);
      if (!existsSync((await node.engine.info()).dataRoot)) return skipAloud('removal by the disk\'s fullness', 'the files of this engine are not seen from here');
      await eventually(async () => !(await here()).includes('wanted'));
      await pullAndLeave(nameOf('wanted'));
      expect(await here()).toContain('wanted');
    });
  });
}
