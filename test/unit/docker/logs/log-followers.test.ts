import { PassThrough } from 'node:stream';
import { LogFollowers } from '../../../../src/docker/logs/index.js';

/** Whether it has resolved when everything that can go on by itself has. */
async function isTold(followers: LogFollowers, ids: readonly string[]): Promise<boolean> {
  let told = false;
  void followers.told(ids).then(() => (told = true));
  await new Promise(setImmediate);
  return told;
}

test('what nobody follows is told', async () => {
  expect(await isTold(new LogFollowers(), ['a'])).toBe(true);
});

test('P87: a log is told when all who follow it have read its end, or have left', async () => {
  const followers = new LogFollowers();
  const [reading, leaving, other] = [new PassThrough(), new PassThrough(), new PassThrough()];
  followers.add('a', reading);
  followers.add('a', leaving);
  followers.add('b', other);
  reading.end('last words');
  expect(await isTold(followers, ['a'])).toBe(false);
  leaving.destroy();
  expect(await isTold(followers, ['a'])).toBe(false);
  reading.resume();
  await new Promise((resolve) => reading.once('close', resolve));
  expect(await isTold(followers, ['a'])).toBe(true);
  expect(await isTold(followers, ['a', 'b'])).toBe(false);
});

test('a log that is closed already holds up nothing', async () => {
  const followers = new LogFollowers();
  const log = new PassThrough().destroy();
  await new Promise((resolve) => log.once('close', resolve));
  followers.add('a', log);
  expect(await isTold(followers, ['a'])).toBe(true);
});
