import { toGoDuration } from '../../../../src/docker/images/index.js';

test.each([
  [0, '0s'], [-5, '0s'], [0.4, '0s'], [7, '7ms'], [350.9, '350ms'], [1000, '1s'], [1200, '1.2s'], [1234.9, '1.234s'], [59_999, '59.999s'],
  [60_000, '1m0s'], [62_500, '1m2.5s'], [120_000, '2m0s'], [3_600_000, '1h0m0s'], [3_905_010, '1h5m5.01s'],
])('%d ms is %s', (ms, text) => {
  expect(toGoDuration(ms)).toBe(text);
});
