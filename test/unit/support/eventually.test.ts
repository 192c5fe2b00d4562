import { eventually } from '../../support/eventually.js';

test('gives the first result that is neither false nor undefined', async () => {
  const results = [undefined, false, 0, 7];
  expect(await eventually(() => results.shift(), { intervalMs: 1 })).toBe(0);
});

test('forgives failures before the deadline', async () => {
  let tries = 0;
  const condition = async (): Promise<number> => {
    if (++tries < 3) throw new Error('not yet');
    return tries;
  };
  expect(await eventually(condition, { intervalMs: 1 })).toBe(3);
});

test.each<[string, () => boolean | Promise<boolean>, RegExp]>([
  ['what was thrown last', () => Promise.reject(new Error('still wrong')), /still wrong/],
  ['that the condition stayed false', () => false, /gave false until the deadline of 20 ms/],
])('after the deadline it throws %s', async (_name, condition, message) => {
  await expect(eventually(condition, { deadlineMs: 20, intervalMs: 1 })).rejects.toThrow(message);
});
