import { InvalidQuantity, parseMilliQuantity, parseQuantity } from '../../../src/kube/index.js';

test.each<[text: string | number, units: number]>([
  ['0', 0], ['1', 1], [3, 3], [0.5, 1], ['+7', 7], ['-7', -7], ['1.', 1], ['.5', 1], ['007', 7],
  ['100n', 1], ['1000000000n', 1], ['1000001u', 2], ['500m', 1], ['2000m', 2], ['-500m', -1],
  ['1k', 1e3], ['1M', 1e6], ['1G', 1e9], ['1T', 1e12], ['1P', 1e15], ['1E', 1e18],
  ['1Ki', 2 ** 10], ['1Mi', 2 ** 20], ['1Gi', 2 ** 30], ['1Ti', 2 ** 40], ['1Pi', 2 ** 50], ['1Ei', 2 ** 60],
  ['1.5Gi', 1.5 * 2 ** 30], ['0.1Ki', 103], ['128974848', 128974848], ['129e6', 129e6], ['129M', 129e6], ['123Mi', 123 * 2 ** 20],
  ['1e3', 1e3], ['1E3', 1e3], ['1e+3', 1e3], ['15e-1', 2], ['9007199254740991', 9007199254740991],
])('%p is %p base units', (text, units) => {
  expect(parseQuantity(text)).toBe(units);
});

test.each<[text: string, milli: number]>([
  ['1', 1000], ['100m', 100], ['0.1', 100], ['0.0005', 1], ['1u', 1], ['2.5', 2500], ['1k', 1e6], ['1n', 1], ['0n', 0],
])('%p is %p thousandths', (text, milli) => {
  expect(parseMilliQuantity(text)).toBe(milli);
});

test.each(['', ' ', '1 ', 'abc', '1K', '1ki', '1mi', '1e', '1.2.3', '--1', '.', '+', '1Gib', '0x10', 'Infinity', 'NaN', '1e999999999', '1m3'])(
  '%p is refused and quoted',
  (text) => {
    expect(() => parseQuantity(text)).toThrow(InvalidQuantity);
    expect(() => parseMilliQuantity(text)).toThrow(JSON.stringify(text));
  },
);

test.each(['9'.repeat(65), '1e39', '99999E', `${'0'.repeat(5_000_000)}1`])('a size that nothing has is refused, briefly', (text) => {
  expect(() => parseQuantity(text)).toThrow(InvalidQuantity);
  try {
    parseQuantity(text);
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(300);
  }
});
