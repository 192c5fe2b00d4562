import { EnvFileError, parseEnvFile } from '../../../../src/docker/environment/index.js';

test.each<[name: string, text: string, expected: Record<string, string>]>([
  ['nothing', '', {}],
  ['variables', "A='1'\nB='two words'\n", { A: '1', B: 'two words' }],
  ['no newline at the end', "A='1'", { A: '1' }],
  ['empty lines and comments', "\n# a comment='x'\n  # another\nA='1' # why\n\t\nB=''\n", { A: '1', B: '' }],
  ['a value over lines', "A='one\n# no comment\n\ntwo'\nB='2'", { A: 'one\n# no comment\n\ntwo', B: '2' }],
  ['what a shell would change', 'A=\'$HOME `x` \\n "q" #\'', { A: '$HOME `x` \\n "q" #' }],
  ['the last of two counts', "A='1'\nA='2'\n", { A: '2' }],
  ['blanks before a name', "  A='1'\n", { A: '1' }],
  ['lines that end as on Windows', "A='1'\r\nB='2'\r\n", { A: '1', B: '2' }],
])('P14: a file of variables: %s', (_name, text, expected) => {
  expect(Object.fromEntries(parseEnvFile(text))).toEqual(expected);
});

test.each<[text: string, why: string]>([
  ['A=1', "line 1 is not of the form NAME='value'"],
  ['\n# x\nA="1"', "line 3 is not of the form NAME='value'"],
  ["export A='1' B", 'in line 1 something comes behind the value'],
  ["A = '1'", "line 1 is not of the form NAME='value'"],
  ["A='1\n2'\nB='", 'the value that begins in line 3 has no end'],
  ["A='1\n2' x", 'in line 2 something comes behind the value'],
  ["='1'", "line 1 is not of the form NAME='value'"],
  ['words', "line 1 is not of the form NAME='value'"],
])('P14: %j is none', (text, why) => {
  expect(() => parseEnvFile(text)).toThrow(new EnvFileError(why));
});
