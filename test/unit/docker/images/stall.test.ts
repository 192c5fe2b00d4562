import { type ImageRequest, Images, type Prepared } from '../../../../src/docker/images/index.js';
import { DEFAULT_IMAGE_POLICY } from '../../../../src/docker/node/index.js';
import type { OnPullLine, PullLine, PullRequest } from '../../../../src/engine/index.js';
import { EngineError } from '../../../../src/engine/index.js';
import type { LogFields } from '../../../../src/log.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { toImage } from '../../../fakes/fake-images.js';
import { eventually } from '../../../support/eventually.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** An engine whose pulls say what the test says, and end when it says so, or when they are aborted. */
class TalkingEngine extends FakeEngine {
  readonly under = new Map<string, { say: OnPullLine; end: () => void }>();

  override pullImage({ name }: PullRequest, onLine: OnPullLine, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.addImage(name);
        resolve();
      };
      this.under.set(name, { say: onLine, end });
      signal?.addEventListener('abort', () => reject(new EngineError('Aborted', 'aborted')), { once: true });
    });
  }

  say(name: string, line: PullLine): void {
    this.under.get(name)?.say(line);
  }
}

let engine: TalkingEngine;
let clock: VirtualClock;
let images: Images;
let logged: (LogFields | undefined)[];
beforeEach(() => {
  clock = new VirtualClock();
  engine = new TalkingEngine({ clock });
  logged = [];
  images = new Images(engine, { ...DEFAULT_IMAGE_POLICY, progressTimeoutMs: 60_000 }, clock, { ...silentLogger, info: (_message, fields) => void logged.push(fields) });
});

const messages: string[] = [];
beforeEach(() => void messages.splice(0));

async function begin(image: string): Promise<{ pull: Promise<Prepared>; outcome: () => unknown }> {
  const request: ImageRequest = { image, policy: 'Always', logins: [] };
  let outcome: unknown;
  const pull = images.prepare(request, { started: () => undefined, progress: (message) => messages.push(message) }, new AbortController().signal);
  pull.then(({ how }) => (outcome = how), (error: unknown) => (outcome = error));
  await eventually(() => engine.under.has(image));
  return { pull, outcome: () => outcome };
}

/** Lets everything that is due happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const layer = (status: string, current?: number): PullLine => ({ id: 'layer', status, ...(current !== undefined && { current, total: 9e6 }) });

test('P80: a pull of which nothing is heard is given up, and says how far it was', async () => {
  const { pull } = await begin('app:1');
  clock.advance(59_000);
  engine.say('app:1', layer('Downloading', 2e6));
  clock.advance(59_999);
  await settle();
  expect(engine.under.size).toBe(1);
  clock.advance(1);
  await expect(pull).rejects.toMatchObject({ reason: 'ErrImagePull', message: 'pull of "app:1" made no progress for 1m0s and was cancelled (0 of 1 layers, 2.0 MB downloaded)' });
});

test('P80: it is given up even where the registry never says a word, and begins anew when asked again', async () => {
  const { pull } = await begin('app:1');
  clock.advance(60_000);
  await expect(pull).rejects.toMatchObject({ message: expect.stringContaining('(the registry is asked)') as string });
  engine.under.clear();
  const again = await begin('app:1');
  engine.under.get('app:1')?.end();
  expect((await again.pull).how).toBe('pulled');
});

test('P80: one that goes on is never given up, however long it takes', async () => {
  const { pull, outcome } = await begin('app:1');
  for (let mb = 1; mb <= 100; mb++) {
    clock.advance(50_000);
    engine.say('app:1', layer('Downloading', mb * 1e6));
  }
  await settle();
  expect(outcome()).toBeUndefined();
  engine.under.get('app:1')?.end();
  expect(await pull).toMatchObject({ how: 'pulled', pullMs: 5_000_000 });
});

test('P80: one whose layers wait for those of another is as lively as that one', async () => {
  const [fast, queued] = [await begin('fast:1'), await begin('queued:1')];
  engine.say('queued:1', layer('Pulling fs layer'));
  engine.say('queued:1', layer('Waiting'));
  for (let mb = 1; mb <= 5; mb++) {
    clock.advance(50_000);
    engine.say('fast:1', layer('Downloading', mb * 1e6));
  }
  await settle();
  expect([fast.outcome(), queued.outcome()]).toEqual([undefined, undefined]);
  clock.advance(60_000);
  for (const { pull } of [fast, queued]) await expect(pull).rejects.toMatchObject({ reason: 'ErrImagePull' });
});

test('P80: one that hangs is given up beside others that go on', async () => {
  const [fast, hung] = [await begin('fast:1'), await begin('hung:1')];
  engine.say('hung:1', layer('Downloading', 1e6));
  for (let mb = 1; mb <= 2; mb++) {
    clock.advance(30_000);
    engine.say('fast:1', layer('Downloading', mb * 1e6));
  }
  await expect(hung.pull).rejects.toMatchObject({ reason: 'ErrImagePull' });
  expect(fast.outcome()).toBeUndefined();
  engine.under.get('fast:1')?.end();
  await fast.pull;
});

test('P80: progress is told about once a second, and logged twice a minute', async () => {
  const { pull } = await begin('app:1');
  for (let step = 0; step < 600; step++) {
    engine.say('app:1', layer('Downloading', step * 1e4));
    clock.advance(100);
  }
  expect(messages.length).toBeGreaterThanOrEqual(60);
  expect(messages.length).toBeLessThanOrEqual(63);
  expect(messages.at(-1)).toBe('Pulling image "app:1": 0 of 1 layers, 5.9 MB downloaded');
  expect(logged).toEqual([{ image: 'app:1', progress: '0 of 1 layers, 3.0 MB downloaded' }]);
  engine.under.get('app:1')?.end();
  await pull;
});

test('a pull that is over leaves no alarm behind', async () => {
  const { pull } = await begin('app:1');
  engine.addImage('app:1', toImage('app:1'));
  engine.under.get('app:1')?.end();
  await pull;
  expect(clock.waiting).toEqual([]);
});
