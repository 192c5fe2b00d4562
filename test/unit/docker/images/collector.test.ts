import { tmpdir } from 'node:os';
import { ImageCollector, Images } from '../../../../src/docker/images/index.js';
import { measureDisk } from '../../../../src/docker/images/measure-disk.js';
import { DEFAULT_IMAGE_POLICY, type ImageCollection } from '../../../../src/docker/node/index.js';
import { EngineError } from '../../../../src/engine/index.js';
import { type LogFields, type Logger, silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { toImage } from '../../../fakes/fake-images.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const MINUTE = 60_000;
const SIZE = 10;

let engine: FakeEngine;
let clock: VirtualClock;
/** What is on the disk beside images. */
let otherBytes: number;
let warnings: string[];
beforeEach(() => {
  clock = new VirtualClock();
  engine = new FakeEngine({ clock });
  otherBytes = 0;
  warnings = [];
  for (const name of ['a', 'b', 'c', 'd']) engine.registry.set(`${name}:1`, toImage(`${name}:1`, { Size: SIZE, RepoDigests: [`${name}@sha256:${name.repeat(64)}`] }));
});

const logger: Logger = { ...silentLogger, warn: (message: string, fields?: LogFields) => void warnings.push(`${message} ${JSON.stringify(fields)}`) };

/** The disk has room for 100 bytes; images are 10 each. */
function plugin(policy: Partial<ImageCollection> = {}, node = 'node') {
  const collection = { highPercent: 85, lowPercent: 80, minAgeMs: 2 * MINUTE, isEngineHere: true, ...policy };
  const measure = async (path: string) => (path === '/var/lib/docker' ? { capacityBytes: 100, usedBytes: otherBytes + (await engine.imageUsage()).layersBytes } : undefined);
  const images = new Images(engine, DEFAULT_IMAGE_POLICY, clock, logger, new ImageCollector({ engine, node, clock, logger, measure }, collection));
  const listener = { started: () => undefined, progress: () => undefined };
  return {
    use: (image: string) => images.prepare({ image, policy: 'IfNotPresent', logins: [] }, listener, new AbortController().signal),
    tidy: (...wanted: string[]): Promise<void> => {
      clock.advance(5 * MINUTE);
      return images.tidy(() => wanted);
    },
    tidyAtOnce: () => images.tidy(() => []),
  };
}
const names = (): string[] => [...engine.images.keys()].filter((name) => !name.startsWith('interlink-docker/pulled')).sort();

test('P80: below the threshold nothing goes; at it the longest unused go until enough is free', async () => {
  const { use, tidy } = plugin();
  for (const name of ['c:1', 'a:1', 'b:1']) {
    await use(name);
    clock.advance(MINUTE);
  }
  otherBytes = 54;
  await tidy();
  expect(names()).toEqual(['a:1', 'b:1', 'c:1']);
  otherBytes = 55;
  await tidy();
  expect(names()).toEqual(['a:1', 'b:1']);
  otherBytes = 75;
  await tidy();
  expect(names()).toEqual([]);
});

test('P80: what was used last goes last, also when a pod of an earlier plugin used it', async () => {
  const first = plugin();
  for (const name of ['a:1', 'b:1', 'c:1']) await first.use(name);
  await first.tidy();
  await first.use('a:1');
  await first.tidy();
  await first.tidy('b:1');
  const next = plugin();
  otherBytes = 55;
  await next.tidy();
  expect(names()).toEqual(['a:1', 'b:1']);
  otherBytes = 65;
  await next.tidy();
  expect(names()).toEqual(['b:1']);
});

test('P80: an image that this plugin did not pull stays, whatever happens: it was here, or another brought it, or has a name for it', async () => {
  engine.addImage('a:1', { Size: SIZE, RepoDigests: [`a@sha256:${'a'.repeat(64)}`] });
  engine.addImage('imported:1', { Size: SIZE });
  const { use, tidy } = plugin({ lowPercent: 0 });
  await plugin({}, 'other').use('b:1');
  for (const name of ['a:1', 'b:1', 'c:1', 'd:1']) await use(name);
  await engine.tagImage('c:1', 'mine', '1');
  otherBytes = 100;
  await tidy();
  expect(names()).toEqual(['a:1', 'b:1', 'c:1', 'imported:1', 'mine:1']);
  expect(warnings).toEqual(['the disk is too full, and no more of the images that this plugin pulled can go {"bytesTooMany":140}']);
  await tidy();
  expect(warnings).toHaveLength(1);
});

test('P80: an image that was here already is not ours because it is pulled again', async () => {
  engine.addImage('a:1', { Size: SIZE });
  const images = new Images(engine, DEFAULT_IMAGE_POLICY, clock, logger, new ImageCollector({ engine, node: 'node', clock, logger }, { highPercent: 1, lowPercent: 0, minAgeMs: 0, budgetBytes: 1, isEngineHere: true }));
  const { Id } = await engine.inspectImage('a:1');
  engine.registry.set('a:1', toImage('a:1', { Id }));
  await images.prepare({ image: 'a:1', policy: 'Always', logins: [] }, { started: () => undefined, progress: () => undefined }, new AbortController().signal);
  clock.advance(10 * MINUTE);
  await images.tidy(() => []);
  expect(names()).toEqual(['a:1']);
});

test('P80: an image that a container is made of, or that a pod wants, stays', async () => {
  const { use, tidy } = plugin({ lowPercent: 0 });
  for (const name of ['a:1', 'b:1', 'c:1', 'd:1']) await use(name);
  const id = await engine.createContainer('stopped', { Image: 'a:1' });
  otherBytes = 100;
  await tidy('b:1', 'docker.io/library/c:1', `d@sha256:${'d'.repeat(64)}`, 'no name');
  expect(names()).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
  await engine.removeContainer(id);
  await tidy('b:1', 'c:1');
  expect(names()).toEqual(['b:1', 'c:1']);
});

test('P80: one that a container came to use while others went keeps its names and its mark', async () => {
  const { use, tidy } = plugin({ lowPercent: 0 });
  await use('a:1');
  engine.registry.set('mirror.io/a:1', toImage('mirror.io/a:1', { Id: (await engine.inspectImage('a:1')).Id, Size: SIZE }));
  await use('mirror.io/a:1');
  const before = [...engine.images.keys()].sort();
  expect(before).toHaveLength(4);
  otherBytes = 100;
  const release = engine.hold('removeImage');
  const tidied = tidy();
  await new Promise(setImmediate);
  await engine.createContainer('new', { Image: 'a:1' });
  release();
  await tidied;
  expect([...engine.images.keys()].sort()).toEqual(before);
});

test('P80: an image that is there under two names of ours goes with both', async () => {
  const { use, tidy } = plugin({ lowPercent: 0 });
  await use('a:1');
  engine.registry.set('mirror.io/a:1', toImage('mirror.io/a:1', { Id: (await engine.inspectImage('a:1')).Id, Size: SIZE }));
  await use('mirror.io/a:1');
  otherBytes = 100;
  await tidy();
  expect(await engine.listImages()).toEqual([]);
});

test('P80: what was pulled or used within the least age stays', async () => {
  const { use, tidy } = plugin({ lowPercent: 0, minAgeMs: 8 * MINUTE });
  await use('a:1');
  await use('b:1');
  otherBytes = 100;
  await tidy();
  expect(names()).toEqual(['a:1', 'b:1']);
  await use('b:1');
  await tidy();
  expect(names()).toEqual(['b:1']);
});

test('P80: the disk is looked at every 5 minutes', async () => {
  const { use, tidy, tidyAtOnce } = plugin({ lowPercent: 0, minAgeMs: 0 });
  await use('a:1');
  await tidy();
  otherBytes = 100;
  clock.advance(5 * MINUTE - 1);
  await tidyAtOnce();
  expect(names()).toEqual(['a:1']);
  clock.advance(1);
  await tidyAtOnce();
  expect(names()).toEqual([]);
});

test('P80: with a budget images count, and not the disk', async () => {
  const { use, tidy } = plugin({ budgetBytes: 40, isEngineHere: false });
  for (const name of ['a:1', 'b:1', 'c:1']) {
    await use(name);
    clock.advance(MINUTE);
  }
  otherBytes = 100;
  await tidy();
  expect(names()).toEqual(['a:1', 'b:1', 'c:1']);
  engine.addImage('foreign:1', { Size: SIZE });
  await tidy();
  expect(names()).toEqual(['b:1', 'c:1', 'foreign:1']);
});

test.each<[where: string, policy: Partial<ImageCollection>, dataRoot: string]>([
  ['of an engine on another machine', { isEngineHere: false }, '/var/lib/docker'],
  ['of an engine whose files are not seen from here', {}, '/elsewhere'],
  ['of an engine that does not say where its files are', {}, ''],
])('P80: a disk %s cannot be measured, which is said once, and nothing goes', async (_where, policy, dataRoot) => {
  engine = new FakeEngine({ clock, info: { dataRoot } });
  engine.registry.set('a:1', toImage('a:1'));
  const { use, tidy } = plugin({ highPercent: 1, lowPercent: 0, ...policy });
  await use('a:1');
  await tidy();
  await tidy();
  expect(names()).toEqual(['a:1']);
  expect(warnings).toEqual(['the disk of the engine cannot be measured from here, so no image is removed: set Images.GCBudget {}']);
});

test('P80: a pull whose mark cannot be made is a pull all the same; its image stays for good', async () => {
  const { use, tidy } = plugin({ lowPercent: 0 });
  engine.failNext('tagImage', new EngineError('Failed', 'no space left on device'));
  expect(await use('a:1')).toMatchObject({ how: 'pulled' });
  otherBytes = 100;
  await tidy();
  expect(names()).toEqual(['a:1']);
  expect(warnings[0]).toMatch(/^an image that was pulled could not be marked.*"a:1".*no space left/);
});

test('P80: an engine that goes away meanwhile is no reason to forget what is ours', async () => {
  const { use, tidy } = plugin({ lowPercent: 0 });
  await use('a:1');
  otherBytes = 100;
  engine.failNext('removeImage', new EngineError('Unavailable', 'away'));
  await expect(tidy()).rejects.toMatchObject({ tag: 'Unavailable' });
  await tidy();
  expect(names()).toEqual([]);
});

test('P80: without a threshold images are neither marked nor removed', async () => {
  const images = new Images(engine, DEFAULT_IMAGE_POLICY, clock, logger);
  await images.prepare({ image: 'a:1', policy: 'IfNotPresent', logins: [] }, { started: () => undefined, progress: () => undefined }, new AbortController().signal);
  await images.tidy(() => []);
  expect([engine.countOf('tagImage'), engine.countOf('listImages'), engine.countOf('removeImage'), engine.countOf('imageUsage')]).toEqual([0, 0, 0, 0]);
});

test('P80: the disk under a path is measured; a path that is not here has none', async () => {
  const { capacityBytes = 0, usedBytes = -1 } = (await measureDisk(tmpdir())) ?? {};
  expect(capacityBytes).toBeGreaterThan(0);
  expect(usedBytes).toBeGreaterThanOrEqual(0);
  expect(usedBytes).toBeLessThanOrEqual(capacityBytes);
  expect(await measureDisk('/no/such/path')).toBeUndefined();
});
