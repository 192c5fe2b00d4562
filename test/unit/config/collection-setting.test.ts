import { readCount, readOneOf } from '../../../src/config/readers.js';
import { listSetting } from '../../../src/config/collection-setting.js';

const letters = listSetting(readOneOf('a', 'b'), { allowed: 'a list of a and b', about: '' });
const numbers = listSetting(readCount(1, 9), { allowed: 'a list of numbers', about: '' });

test.each([
  ['a list', ['a', 'b'], ['a', 'b']],
  ['text with commas', ' a, b,,', ['a', 'b']],
  ['empty text', '', []],
  ['nothing', undefined, []],
])('several values are read from %s', (_what, raw, values) => {
  expect(letters.parse(raw)).toEqual(values);
});

test('numbers in a file are values too', () => {
  expect(numbers.parse([1, '2'])).toEqual([1, 2]);
});

test.each([[['a', 'c']], ['c'], [[['a']]], [{ a: 1 }]])('what is none of them is refused: %j', (raw) => {
  expect(letters.safeParse(raw).success).toBe(false);
});
