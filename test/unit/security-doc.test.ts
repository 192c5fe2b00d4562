/** docs/security.md promises nothing that no test tries. */
import { existsSync, readFileSync } from 'node:fs';

const ROW = /^\| (?<promise>[^|]+) \| `(?<file>test\/[^`]+)`: (?<title>[^|]+) \|$/;
const page = readFileSync('docs/security.md', 'utf8');

/** Rows of the table of promises that name no test that is there. */
function untried(text: string): readonly string[] {
  const rows = text.slice(text.indexOf('| Promise |')).split('\n').slice(2);
  const table = rows.slice(0, rows.findIndex((row) => !row.startsWith('|')));
  return table.filter((row) => {
    const { file = '', title = '' } = ROW.exec(row)?.groups ?? {};
    return !existsSync(file) || !readFileSync(file, 'utf8').includes(title);
  });
}

test('every promise names a test that is there', () => {
  expect(untried(page)).toEqual([]);
  expect(page.split('\n').filter((row) => ROW.test(row)).length).toBeGreaterThan(20);
});

test.each<[what: string, row: string]>([
  ['a file that is not there', '| It holds | `test/unit/nothing.test.ts`: a test |'],
  ['a test that is not there', '| It holds | `test/unit/readme.test.ts`: this is no title of a test |'],
  ['no test at all', '| It holds | we believe |'],
])('a row with %s is found', (_what, row) => {
  expect(untried(`| Promise | Tried by |\n|---|---|\n${row}\n\n`)).toEqual([row]);
});
