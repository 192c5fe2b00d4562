import { setImmediate } from 'node:timers/promises';
import { PodWorker } from '../../../../src/docker/pods/pod-worker.js';
import { silentLogger } from '../../../../src/log.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** A sync that runs until it is let go, and counts. */
function gate() {
  const releases: (() => void)[] = [];
  const counts = { begun: 0, running: 0, most: 0 };
  const sync = async (): Promise<void> => {
    counts.begun++;
    counts.most = Math.max(counts.most, ++counts.running);
    await new Promise<void>((resolve) => releases.push(resolve));
    counts.running--;
  };
  const release = async (): Promise<void> => {
    releases.shift()?.();
    await setImmediate();
  };
  return { sync, release, counts };
}

test('wakes during a sync cause exactly one more, never beside it', async () => {
  const { sync, release, counts } = gate();
  const worker = new PodWorker(sync, new VirtualClock(), silentLogger);
  worker.wake();
  worker.wake();
  worker.wake();
  await release();
  expect(counts).toEqual({ begun: 2, running: 1, most: 1 });
  await release();
  expect(counts).toEqual({ begun: 2, running: 0, most: 1 });
});

test('a wake that comes as a sync ends is not lost', async () => {
  let runs = 0;
  const worker: PodWorker = new PodWorker(async () => {
    if (++runs === 1) queueMicrotask(() => worker.wake());
  }, new VirtualClock(), silentLogger);
  worker.wake();
  await setImmediate();
  expect(runs).toBe(2);
});

test('a failed sync is tried again, later each time, up to 30 s', async () => {
  const clock = new VirtualClock();
  let runs = 0;
  const worker = new PodWorker(() => Promise.reject(new Error(`no ${++runs}`)), clock, silentLogger);
  worker.wake();
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    await setImmediate();
    const wait = (clock.waiting[0]?.getTime() ?? NaN) - clock.now().getTime();
    waits.push(wait);
    clock.advance(wait);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a wake is not held up by the back-off', async () => {
  let runs = 0;
  const worker = new PodWorker(() => (++runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve()), new VirtualClock(), silentLogger);
  worker.wake();
  await setImmediate();
  worker.wake();
  await setImmediate();
  expect(runs).toBe(2);
});

test('once retired, nothing begins again', async () => {
  const clock = new VirtualClock();
  const { sync, release, counts } = gate();
  const worker = new PodWorker(sync, clock, silentLogger);
  worker.wakeAt(new Date(clock.now().getTime() + 1000));
  worker.wake();
  worker.wake();
  worker.retire();
  await release();
  worker.wake();
  clock.advance(5000);
  await setImmediate();
  expect(counts.begun).toBe(1);
});

test('the newest wake-up time counts', async () => {
  const clock = new VirtualClock();
  let runs = 0;
  const worker = new PodWorker(() => Promise.resolve(void runs++), clock, silentLogger);
  worker.wakeAt(new Date(clock.now().getTime() + 1000));
  worker.wakeAt(new Date(clock.now().getTime() + 3000));
  clock.advance(2000);
  await setImmediate();
  expect(runs).toBe(0);
  clock.advance(1000);
  await setImmediate();
  expect(runs).toBe(1);
});
