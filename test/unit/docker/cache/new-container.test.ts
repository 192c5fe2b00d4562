/** A container that the engine has just made is in the picture without a look at it, and never in place of what is newer. */
import { PodCache } from '../../../../src/docker/cache/index.js';
import { LABEL, sandboxName } from '../../../../src/docker/record/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';

const POD = { metadata: { name: 'p', namespace: 'ns', uid: 'u-1' }, spec: { containers: [{ name: 'main', image: 'busybox' }] } };
const CONFIG = { Image: 'busybox', Labels: { [LABEL.podUid]: 'u-1', [LABEL.container]: 'POD', [LABEL.node]: 'node' } };
const NEW = { name: sandboxName(POD, 'accepted'), config: CONFIG, at: new Date() };

function pictureOf(engine: FakeEngine): PodCache {
  const listener = { changed: () => undefined, endedFromOutside: () => undefined, inspected: () => undefined, gone: () => undefined };
  return new PodCache(engine, 'node', listener, () => Promise.resolve(undefined), () => Promise.resolve(''));
}

async function make(engine: FakeEngine, cache: PodCache, meanwhile: (id: string) => Promise<unknown> = () => Promise.resolve()): Promise<string> {
  return cache.whileMaking(NEW, async () => {
    const id = await engine.createContainer(NEW.name, CONFIG);
    await meanwhile(id);
    return id;
  });
}

test('what is known of it is what an inspection says, but for what only the engine knows', async () => {
  const engine = new FakeEngine({ images: ['busybox'] });
  const cache = pictureOf(engine);
  const id = await make(engine, cache);
  const made = cache.get('u-1')?.sandbox;
  expect(engine.countOf('inspectContainer')).toBe(0);
  await cache.refresh(id);
  const seen = cache.get('u-1')?.sandbox;
  expect(made).toEqual({ ...seen, imageId: '', createdAt: NEW.at.toISOString() });
});

test('what was seen of it meanwhile stays', async () => {
  const engine = new FakeEngine({ images: ['busybox'] });
  const cache = pictureOf(engine);
  await make(engine, cache, async (id) => {
    await engine.startContainer(id);
    await cache.refresh(id);
  });
  expect(cache.get('u-1')?.sandbox?.state).toBe('running');
});

test('a list that was made before it, and comes after it, does not take it away', async () => {
  const engine = new FakeEngine({ images: ['busybox'] });
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const slow = Object.assign(Object.create(engine) as FakeEngine, {
    listContainers: async (labels: readonly string[]) => {
      const rows = await engine.listContainers(labels);
      await answered;
      return rows;
    },
  });
  const cache = pictureOf(slow);
  let relisted = Promise.resolve();
  await cache.whileMaking(NEW, async () => {
    relisted = cache.relist(false);
    return engine.createContainer(NEW.name, CONFIG);
  });
  answer();
  await relisted;
  expect(cache.get('u-1')?.sandbox?.state).toBe('created');
});

test('one that is gone already, by a relist too, does not come back', async () => {
  const engine = new FakeEngine({ images: ['busybox'] });
  const cache = pictureOf(engine);
  await make(engine, cache, async (containerId) => {
    await cache.handle({ action: 'destroy', containerId, attributes: {}, at: new Date() });
    await engine.removeContainer(containerId);
    await cache.relist(false);
  });
  expect(cache.get('u-1')).toBeUndefined();
});

test('one that is gone already does not come back', async () => {
  const engine = new FakeEngine({ images: ['busybox'] });
  const cache = pictureOf(engine);
  await make(engine, cache, (containerId) => cache.handle({ action: 'destroy', containerId, attributes: {}, at: new Date() }));
  expect(cache.get('u-1')).toBeUndefined();
});

test('what was not made is not in it', async () => {
  const engine = new FakeEngine();
  const cache = pictureOf(engine);
  await expect(cache.whileMaking(NEW, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(cache.get('u-1')).toBeUndefined();
});
