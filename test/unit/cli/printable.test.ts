import { printableLines, toJson } from '../../../src/cli/index.js';
import { printable } from '../../../src/cli/printable.js';

test.each<[what: string, text: string, shown: string]>([
  ['letters of any script, and emoji', 'Ωμέγα 日本 ☕', 'Ωμέγα 日本 ☕'],
  ['an escape sequence', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['the title of a window', '\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['the same in one character', '\u009b2J', '\\x9b2J'],
  ['lines, returns and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
  ['backspaces and a delete', 'ok\b\b\u007f', 'ok\\x08\\x08\\x7f'],
  ['a turned direction', 'exe\u202efdp', 'exe\\u{202e}fdp'],
  ['what has no width', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
  ['separators of lines', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
  ['a tag character beyond the first plane', 'a\u{e0041}', 'a\\u{e0041}'],
])('%s', (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
  const json = toJson({ text });
  expect(json.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u);
  expect(JSON.parse(json)).toEqual({ text });
});

test('lines stay lines where there may be several', () => expect(printableLines('a\nb\u001bc')).toBe('a\nb\\x1bc'));
