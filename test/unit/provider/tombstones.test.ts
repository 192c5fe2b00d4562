import { Tombstones } from '../../../src/provider/index.js';

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));

test('a deleted UID is remembered for 15 minutes', () => {
  const stones = new Tombstones();
  stones.add('a', true, at(0));
  expect(stones.has('a', at(14))).toBe(true);
  expect(stones.has('a', at(15))).toBe(false);
  expect(stones.has('b', at(0))).toBe(false);
});

test('a second delete starts the time again and does not forget that the pod was here', () => {
  const stones = new Tombstones();
  stones.add('a', true, at(0));
  stones.add('b', false, at(1));
  stones.add('a', false, at(10));
  expect(stones.wasHere('a', at(20))).toBe(true);
  expect(stones.has('b', at(20))).toBe(false);
});

test('a UID that was never here is refused a create, but was not here', () => {
  const stones = new Tombstones();
  stones.add('a', false, at(0));
  expect(stones.has('a', at(1))).toBe(true);
  expect(stones.wasHere('a', at(1))).toBe(false);
});
