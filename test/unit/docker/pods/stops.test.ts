import { StopsUnderWay } from '../../../../src/docker/pods/stops.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** A container that takes no heed of TERM. */
async function startDeaf(): Promise<{ readonly clock: VirtualClock; readonly engine: FakeEngine; readonly id: string }> {
  const clock = new VirtualClock();
  const engine = new FakeEngine({ clock, images: ['deaf'] });
  engine.runs(() => ({ onSignal: {} }));
  const id = await engine.createContainer('deaf', { Image: 'deaf' });
  await engine.startContainer(id);
  return { clock, engine, id };
}

/** Seconds after which a container that takes no heed of TERM has ended. */
async function secondsUntilKilled(graceSeconds: number, steer: (stops: StopsUnderWay, clock: VirtualClock) => void): Promise<number> {
  const { clock, engine, id } = await startDeaf();
  const begin = clock.now().getTime();
  const stops = new StopsUnderWay(engine, clock, silentLogger);
  let endedAt: number | undefined;
  const stopped = stops.stop(id, graceSeconds).then(() => (endedAt = clock.now().getTime()));
  steer(stops, clock);
  for (let second = 0; second < 200 && endedAt === undefined; second++) {
    await new Promise(setImmediate);
    clock.advance(1000);
  }
  await stopped;
  return Date.parse((await engine.inspectContainer(id)).State.FinishedAt) / 1000 - begin / 1000;
}

test.each<[name: string, graceSeconds: number, steer: (stops: StopsUnderWay, clock: VirtualClock) => void, seconds: number]>([
  ['lasts its grace period', 30, () => undefined, 30],
  ['is shortened', 30, (stops) => stops.shorten(5), 5],
  ['is shortened from now on', 30, (stops, clock) => { clock.advance(10_000); stops.shorten(5); }, 15],
  ['is not lengthened', 30, (stops) => stops.shorten(60), 30],
  ['is shortened twice', 30, (stops) => { stops.shorten(10); stops.shorten(3); }, 3],
  ['is ended at once', 30, (stops, clock) => { stops.shorten(0); clock.advance(0); }, 0],
])('a stop %s', async (_name, graceSeconds, steer, seconds) => {
  expect(await secondsUntilKilled(graceSeconds, steer)).toBe(seconds);
});

test('a container that has ended by itself is not killed afterwards', async () => {
  const clock = new VirtualClock();
  const engine = new FakeEngine({ clock, images: ['polite'] });
  const id = await engine.createContainer('polite', { Image: 'polite' });
  await engine.startContainer(id);
  const stops = new StopsUnderWay(engine, clock, silentLogger);
  await stops.stop(id, 30);
  await engine.startContainer(id);
  stops.shorten(0);
  clock.advance(60_000);
  await new Promise(setImmediate);
  expect((await engine.inspectContainer(id)).State.Status).toBe('running');
});

interface Hooked {
  /** Second at which the program was told to end. */
  readonly toldAt: number;
  readonly killedAt: number;
  readonly hook: 'ended' | 'called off';
}

/** Stops a program that takes no heed of TERM, after a hook that takes so many seconds. */
async function stopAfterHook(graceSeconds: number, hookSeconds: number, steer: (stops: StopsUnderWay, second: number) => void = () => undefined): Promise<Hooked> {
  const { clock, engine, id } = await startDeaf();
  const begin = clock.now().getTime();
  const second = (): number => (clock.now().getTime() - begin) / 1000;
  const stops = new StopsUnderWay(engine, clock, silentLogger);
  let hook: Hooked['hook'] = 'ended';
  const stopped = stops.stop(id, graceSeconds, (signal) => new Promise((resolve) => {
    signal.addEventListener('abort', () => (hook = 'called off'));
    clock.at(new Date(begin + hookSeconds * 1000), resolve);
  }));
  let toldAt = NaN;
  let isOver = false;
  void stopped.then(() => (isOver = true));
  for (let round = 0; round < 200 && !isOver; round++) {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    if (Number.isNaN(toldAt) && engine.countOf('stopContainer') > 0) toldAt = second();
    steer(stops, second());
    clock.advance(1000);
  }
  await stopped;
  return { toldAt, killedAt: (Date.parse((await engine.inspectContainer(id)).State.FinishedAt) - begin) / 1000, hook };
}

test.each<[name: string, graceSeconds: number, hookSeconds: number, steer: (stops: StopsUnderWay, second: number) => void, expected: Hooked]>([
  ['takes what its hook takes of its grace period', 30, 10, () => undefined, { toldAt: 10, killedAt: 30, hook: 'ended' }],
  ['leaves 2 s after a hook that takes nearly all', 30, 29, () => undefined, { toldAt: 29, killedAt: 31, hook: 'ended' }],
  ['ends a hook with the grace period, and leaves 2 s then', 30, 1000, () => undefined, { toldAt: 30, killedAt: 32, hook: 'called off' }],
  ['without a grace period has no hook', 0, 10, () => undefined, { toldAt: 0, killedAt: 0, hook: 'ended' }],
  ['is shortened while its hook runs', 30, 1000, (stops, second) => { if (second === 4) stops.shorten(3); }, { toldAt: 7, killedAt: 9, hook: 'called off' }],
  ['is shortened after its hook', 30, 5, (stops, second) => { if (second === 8) stops.shorten(4); }, { toldAt: 5, killedAt: 12, hook: 'ended' }],
  ['has no time left after its hook when it is forced', 30, 1000, (stops, second) => { if (second === 4) stops.shorten(0); }, { toldAt: 5, killedAt: 5, hook: 'called off' }],
])('P68: a stop %s', async (_name, graceSeconds, hookSeconds, steer, expected) => {
  expect(await stopAfterHook(graceSeconds, hookSeconds, steer)).toEqual(expected);
});
