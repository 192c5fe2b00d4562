import { EventFeed } from '../../../../src/docker/cache/index.js';
import { type ContainerEvent, type Engine, EngineError, type EngineErrorTag } from '../../../../src/engine/index.js';
import { silentLogger } from '../../../../src/log.js';
import { eventually } from '../../../support/eventually.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const EVENT: ContainerEvent = { action: 'die', containerId: 'c1', attributes: {}, at: new Date('2026-01-01T00:00:00Z') };

/** A feed of which every call for an event fails `failures` times. */
async function feedThatFails(failures: number, tag: EngineErrorTag) {
  const clock = new VirtualClock();
  const looked: string[] = [];
  let left = failures;
  let tell: (event: ContainerEvent) => void = () => undefined;
  let close: (error?: Error) => void = () => undefined;
  const engine = {
    watchEvents: (_label: string, onEvent: typeof tell, onClose: typeof close) => {
      [tell, close] = [onEvent, onClose];
      return Promise.resolve();
    },
  } as Partial<Engine> as Engine;
  const attempt = (): Promise<void> => (left-- > 0 ? Promise.reject(new EngineError(tag, 'no')) : Promise.resolve());
  const lookAt = (containerId: string): Promise<void> => {
    looked.push(containerId);
    return attempt();
  };
  const feed = new EventFeed(engine, 'node', { event: attempt, lookAt, opening: () => Promise.resolve(), connected: () => Promise.resolve(), ready: () => undefined }, clock, silentLogger);
  feed.start();
  await eventually(() => feed.connected);
  return { clock, looked, tell: () => tell(EVENT), close: () => close() };
}

test.each<[EngineErrorTag]>([['Failed'], ['Conflict'], ['Unavailable']])('a container whose event could not be followed up (%s) is looked at again until that succeeds', async (tag) => {
  const { clock, looked, tell } = await feedThatFails(3, tag);
  tell();
  for (const expected of [1, 2, 3]) {
    await eventually(() => clock.waiting.length === 1);
    clock.advance(60_000);
    await eventually(() => looked.length === expected);
  }
  await new Promise(setImmediate);
  expect(clock.waiting).toEqual([]);
  expect(looked).toEqual(['c1', 'c1', 'c1']);
});

test('a stream that breaks leaves it to the relist', async () => {
  const { clock, looked, tell, close } = await feedThatFails(1, 'Unavailable');
  tell();
  await eventually(() => clock.waiting.length === 1);
  close();
  clock.advance(60_000);
  await new Promise(setImmediate);
  expect(looked).toEqual([]);
});

test('what was followed up is not looked at again', async () => {
  const { clock, tell } = await feedThatFails(0, 'Failed');
  tell();
  await new Promise(setImmediate);
  expect(clock.waiting).toEqual([]);
});
