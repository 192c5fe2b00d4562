import { Cordon, cordonName } from '../../../src/docker/cordon.js';
import { EngineError } from '../../../src/engine/index.js';
import { silentLogger } from '../../../src/log.js';
import { FakeEngine } from '../../fakes/fake-engine.js';
import { VirtualClock } from '../../support/virtual-clock.js';

let engine: FakeEngine;
const clock = new VirtualClock();
const cordonOf = (node = 'node'): Cordon => new Cordon({ engine, node, clock, logger: silentLogger });
const marks = async (): Promise<readonly string[]> => (await engine.listVolumes([])).map(({ Name }) => Name);

beforeEach(() => {
  engine = new FakeEngine();
});

test('a cordon is found by the next plugin, and by that of no other node', async () => {
  await cordonOf().set(true);
  const [next, other] = [cordonOf(), cordonOf('other')];
  await Promise.all([next.look(), other.look()]);
  expect(next.since).toEqual(clock.now());
  expect(other.since).toBeUndefined();
});

test('cordoned again it is as old as before; uncordoned nothing is left, and it can be said twice', async () => {
  const cordon = cordonOf();
  await cordon.set(true);
  const since = clock.now();
  clock.advance(60_000);
  await cordon.set(true);
  expect(cordon.since).toEqual(since);
  await cordon.set(false);
  await cordon.set(false);
  expect([cordon.since, await marks()]).toEqual([undefined, []]);
});

test('a mark that a prune took is made again, with its time; one that somebody took away while nothing is cordoned is not', async () => {
  const cordon = cordonOf();
  await cordon.set(true);
  const since = cordon.since;
  await engine.removeVolume(cordonName('node'));
  clock.advance(60_000);
  await cordon.look();
  const next = cordonOf();
  await next.look();
  expect(next.since).toEqual(since);
  await next.set(false);
  await next.look();
  expect(await marks()).toEqual([]);
});

test('a look that began before an uncordon does not bring the cordon back', async () => {
  const cordon = cordonOf();
  await cordon.set(true);
  await Promise.all([cordon.look(), cordon.set(false), cordon.look()]);
  expect([cordon.since, await marks()]).toEqual([undefined, []]);
});

test('a volume of that name that is not ours is no mark, and is not removed', async () => {
  await engine.createVolume(cordonName('node'), {});
  const cordon = cordonOf();
  await cordon.look();
  expect(cordon.since).toBeUndefined();
  await cordon.set(false);
  expect(await marks()).toEqual([cordonName('node')]);
});

test('an engine that is away keeps it from being said that the node is cordoned', async () => {
  const cordon = cordonOf();
  engine.failNext('createVolume', new EngineError('Unavailable', 'the engine is away'));
  await expect(cordon.set(true)).rejects.toMatchObject({ tag: 'Unavailable' });
  expect(cordon.since).toBeUndefined();
});
