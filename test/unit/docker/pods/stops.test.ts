import { StopsUnderWay } from '../../../../src/docker/pods/stops.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** Seconds after which a container that takes no heed of TERM has ended. */
async function secondsUntilKilled(graceSeconds: number, steer: (stops: StopsUnderWay, clock: VirtualClock) => void): Promise<number> {
  const clock = new VirtualClock();
  const engine = new FakeEngine({ clock, images: ['deaf'] });
  engine.runs(() => ({ onSignal: {} }));
  const id = await engine.createContainer('deaf', { Image: 'deaf' });
  await engine.startContainer(id);
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
