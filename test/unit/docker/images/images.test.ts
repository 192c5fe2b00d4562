import { type ImageRequest, Images, type Prepared, type PullListener } from '../../../../src/docker/images/index.js';
import { DEFAULT_IMAGE_POLICY, type ImagePolicy } from '../../../../src/docker/node/index.js';
import { EngineError, type PullRequest } from '../../../../src/engine/index.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { toImage } from '../../../fakes/fake-images.js';
import { eventually } from '../../../support/eventually.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const DIGEST = `sha256:${'d'.repeat(64)}`;

let engine: FakeEngine;
let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
  engine = new FakeEngine({ clock });
  for (const name of ['app:1', 'b:1', 'c:1']) engine.registry.set(name, toImage(name, { RepoDigests: [`${name.split(':')[0]}@${DIGEST}`] }));
});

const imagesOf = (policy: Partial<ImagePolicy> = {}): Images => new Images(engine, { ...DEFAULT_IMAGE_POLICY, ...policy }, clock, silentLogger);

class Listener implements PullListener {
  isStarted = false;
  readonly messages: string[] = [];
  started(): void {
    this.isStarted = true;
  }
  progress(message: string): void {
    this.messages.push(message);
  }
}

const never = new AbortController().signal;
const prepare = (images: Images, more: Partial<ImageRequest> = {}, listener: PullListener = new Listener(), signal = never): Promise<Prepared> =>
  images.prepare({ image: 'app:1', policy: 'IfNotPresent', logins: [], ...more }, listener, signal);
const pulled = (): unknown[] => engine.calls.filter(({ method }) => method === 'pullImage').map(({ args }) => (args[0] as PullRequest).name);

describe('P76: the pull policy', () => {
  test.each<[policy: ImageRequest['policy'], isThere: boolean, how: string]>([
    ['Always', true, 'pulled'],
    ['Always', false, 'pulled'],
    ['IfNotPresent', true, 'present'],
    ['IfNotPresent', false, 'pulled'],
    ['Never', true, 'present'],
  ])('%s, image there: %s', async (policy, isThere, how) => {
    if (isThere) engine.addImage('app:1');
    const listener = new Listener();
    expect(await prepare(imagesOf(), { policy }, listener)).toMatchObject({ how, image: { RepoTags: ['app:1'] } });
    expect([engine.countOf('pullImage'), listener.isStarted]).toEqual(how === 'pulled' ? [1, true] : [0, false]);
  });

  test('Never and not there is ErrImageNeverPull', async () => {
    await expect(prepare(imagesOf(), { policy: 'Never' })).rejects.toMatchObject({ reason: 'ErrImageNeverPull', message: 'Container image "app:1" is not present with pull policy of Never' });
  });
});

describe('P78: an image that does not come', () => {
  test('is ErrImagePull with the registry\'s own words', async () => {
    await expect(prepare(imagesOf(), { image: 'gone:1' })).rejects.toMatchObject({ reason: 'ErrImagePull', message: expect.stringContaining('pull access denied for gone:1') as string });
  });

  test('is InvalidImageName where no image can have its name', async () => {
    await expect(prepare(imagesOf(), { image: 'Not A Name' })).rejects.toMatchObject({ reason: 'InvalidImageName' });
  });

  test('is nothing but an engine that is away, while it is away', async () => {
    engine.setDown(true);
    await expect(prepare(imagesOf())).rejects.toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
  });

  test('is ErrImagePull where a working engine breaks the pull off', async () => {
    engine.failNext('pullImage', new EngineError('Unavailable', 'not a word'));
    await expect(prepare(imagesOf())).rejects.toMatchObject({ reason: 'ErrImagePull', message: 'the engine broke the pull off: not a word' });
  });

  test('is told to all who wait for it', async () => {
    const images = imagesOf();
    const waiting = [1, 2, 3].map(() => prepare(images, { image: 'gone:1' }));
    for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe('rejected');
    expect(engine.countOf('pullImage')).toBe(1);
  });
});

describe('P79: digests and platforms', () => {
  test('one image by digest is one pull, with and without a tag beside it', async () => {
    const name = `r.io/app@${DIGEST}`;
    engine.registry.set(name, toImage(name));
    const images = imagesOf();
    const results = await Promise.all([prepare(images, { image: name }), prepare(images, { image: name })]);
    expect(results.map(({ how }) => how)).toEqual(['pulled', 'pulled']);
    expect((await prepare(images, { image: name })).how).toBe('present');
    expect(pulled()).toEqual([name]);
    expect(await images.repoDigestOf(results[0]?.image.Id ?? '', name)).toBe(name);
  });

  test('the digest in the repository is known after a pull, and asked for once otherwise', async () => {
    const images = imagesOf();
    const { image } = await prepare(images);
    const inspections = engine.countOf('inspectImage');
    expect(await images.repoDigestOf(image.Id, 'app:1')).toBe(`app@${DIGEST}`);
    expect(engine.countOf('inspectImage')).toBe(inspections);
    const after = imagesOf();
    expect([await after.repoDigestOf(image.Id, 'app:1'), await after.repoDigestOf(image.Id, 'app:1')]).toEqual([`app@${DIGEST}`, `app@${DIGEST}`]);
    expect(engine.countOf('inspectImage')).toBe(inspections + 1);
    expect(await after.repoDigestOf('sha256:gone', 'app:1')).toBeUndefined();
  });

  test.each<[policy: ImageRequest['policy'], reason: string, message: string]>([
    ['IfNotPresent', 'ErrImagePull', 'image "arm:1" is for linux/arm64; this node runs linux/amd64'],
    ['Never', 'ErrImageNeverPull', 'Container image "arm:1" is not present with pull policy of Never: what is here is for linux/arm64, and this node runs linux/amd64'],
  ])('an image of another architecture fails clearly: %s', async (policy, reason, message) => {
    engine.addImage('arm:1', { Architecture: 'arm64' });
    engine.registry.set('arm:1', toImage('arm:1', { Architecture: 'arm64' }));
    await expect(prepare(imagesOf(), { image: 'arm:1', policy })).rejects.toMatchObject({ reason, message });
  });

  test('a platform of the operator\'s is asked for, and what is here for another one does not do', async () => {
    engine.addImage('app:1');
    engine.registry.set('app:1', toImage('app:1', { Architecture: 'arm64' }));
    expect(await prepare(imagesOf({ platform: 'linux/arm64' }))).toMatchObject({ how: 'pulled', image: { Architecture: 'arm64' } });
    expect(engine.calls.find(({ method }) => method === 'pullImage')?.args[0]).toEqual({ name: 'app:1', platform: 'linux/arm64' });
  });
});

describe('P80: pulls', () => {
  test('fifty that want one image make one pull, and all of them get it', async () => {
    const release = engine.hold('pullImage');
    const images = imagesOf();
    const listeners = Array.from({ length: 50 }, () => new Listener());
    const waiting = listeners.map((listener) => prepare(images, { policy: 'Always' }, listener));
    await eventually(() => listeners.every(({ isStarted }) => isStarted));
    release();
    expect(new Set((await Promise.all(waiting)).map(({ how }) => how))).toEqual(new Set(['pulled']));
    expect(engine.countOf('pullImage')).toBe(1);
  });

  test('as many at once as may be, in the order in which they were asked for', async () => {
    const release = engine.hold('pullImage');
    const images = imagesOf({ parallelPulls: 2 });
    const listeners = [1, 2, 3].map(() => new Listener());
    const waiting = ['app:1', 'b:1', 'c:1'].map((image, index) => prepare(images, { image, policy: 'Always' }, listeners[index]));
    await eventually(() => engine.countOf('pullImage') === 2 && listeners[2]?.isStarted === true);
    expect(pulled()).toEqual(['app:1', 'b:1']);
    expect(listeners.map(({ messages }) => messages.at(-1))).toEqual([
      'Pulling image "app:1": the registry is asked',
      'Pulling image "b:1": the registry is asked',
      'waits for its turn: as many images are being pulled as may be at a time',
    ]);
    release();
    await Promise.all(waiting);
    expect(pulled()).toEqual(['app:1', 'b:1', 'c:1']);
  });

  test('who leaves ends the pull only if nobody else wants it', async () => {
    const release = engine.hold('pullImage');
    const images = imagesOf();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => prepare(images, {}, new Listener(), signal));
    const outcomes = Promise.allSettled(waiting);
    await eventually(() => engine.countOf('pullImage') === 1);
    first.abort(new Error('left'));
    await expect(waiting[0]).rejects.toThrow('left');
    release();
    await waiting[1];
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(engine.countOf('pullImage')).toBe(1);
  });

  test('the last that leaves ends it, and who comes then begins a new one', async () => {
    const release = engine.hold('pullImage');
    const images = imagesOf({ parallelPulls: 1 });
    const leaving = new AbortController();
    const left = prepare(images, {}, new Listener(), leaving.signal);
    await eventually(() => engine.countOf('pullImage') === 1);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    const again = prepare(images);
    await eventually(() => engine.countOf('pullImage') === 2);
    release();
    expect((await again).how).toBe('pulled');
  });

  test('one that came with another login does not profit from a pull that is not its own', async () => {
    const release = engine.hold('pullImage');
    const images = imagesOf();
    const waiting = [prepare(images, { logins: [{ username: 'me', password: 'p' }] }), prepare(images)];
    await eventually(() => engine.countOf('pullImage') === 2);
    release();
    await Promise.all(waiting);
  });

  test('the time that it took is told without and with the wait', async () => {
    const images = imagesOf({ parallelPulls: 1 });
    const releaseFirst = engine.hold('pullImage');
    const first = prepare(images);
    await eventually(() => engine.countOf('pullImage') === 1);
    const second = prepare(images, { image: 'b:1' });
    await eventually(() => engine.countOf('inspectImage') === 2);
    clock.advance(3_000);
    releaseFirst();
    expect(await first).toMatchObject({ pullMs: 3_000, totalMs: 3_000 });
    expect(await second).toMatchObject({ pullMs: 0, totalMs: 3_000 });
  });
});

describe('an image that is looked at before it is asked for', () => {
  test('costs the one who asks right after no look of its own, once', async () => {
    engine.addImage('app:1');
    const images = imagesOf();
    images.expect('app:1');
    expect(await prepare(images)).toMatchObject({ how: 'present' });
    expect(engine.countOf('inspectImage')).toBe(1);
    await prepare(images);
    expect(engine.countOf('inspectImage')).toBe(2);
  });

  test('is looked at again a second later, as it may have gone', async () => {
    engine.addImage('app:1');
    const images = imagesOf();
    images.expect('app:1');
    clock.advance(1_000);
    await engine.removeImage('app:1');
    expect(await prepare(images)).toMatchObject({ how: 'pulled' });
  });

  test('is looked at again where it was not there, as it may have come', async () => {
    const images = imagesOf();
    images.expect('app:1');
    await eventually(() => engine.countOf('inspectImage') === 1);
    engine.addImage('app:1');
    expect(await prepare(images, { policy: 'Never' })).toMatchObject({ how: 'present' });
  });

  test('and could not be, is looked at again', async () => {
    engine.addImage('app:1');
    engine.failNext('inspectImage', new EngineError('Failed', 'disk'));
    const images = imagesOf();
    images.expect('app:1');
    expect(await prepare(images)).toMatchObject({ how: 'present' });
  });

  test('has a name that none can have: told to the one who asks', async () => {
    const images = imagesOf();
    images.expect('App:1');
    await expect(prepare(images, { image: 'App:1' })).rejects.toMatchObject({ reason: 'InvalidImageName' });
  });
});
