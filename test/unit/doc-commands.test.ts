import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blocksIn } from '../support/doc-commands.js';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync('docs').filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts);

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  test('every block of commands is run by a test, or says why not', () => {
    expect(blocksIn(text).filter(({ mark }) => mark === undefined).map(({ line, commands }) => `${page}:${line}: ${commands}`)).toEqual([]);
  });

  test('the tests that it names are there and take their blocks from it', () => {
    const named = new Set(blocksIn(text).flatMap(({ mark }) => (mark !== undefined && 'run' in mark ? [mark.run] : [])));
    const strange = [...named].filter((test) => !existsSync(test) || !/\.test\.ts$/.test(test) || !takesBlocks(readFileSync(test, 'utf8'), page, test));
    expect(strange).toEqual([]);
  });

  test('what it links to is there', () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)/g)].flatMap(([, path = '']) => (path === '' ? [] : [join(dirname(page), path)]));
    expect(linked.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('the scripts that it names are in package.json', () => {
    const named = [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

function takesBlocks(source: string, page: string, test: string): boolean {
  return source.includes('docBlocks(') && source.includes(`'${page}'`) && source.includes(`'${test}'`);
}

test.each<[name: string, text: string, expected: ReturnType<typeof blocksIn>]>([
  ['a block with the test that runs it', '<!-- run: test/x.test.ts -->\n```sh\na\nb\n```\n', [{ line: 2, commands: 'a\nb', mark: { run: 'test/x.test.ts' } }]],
  ['a block with the reason why none does', '<!-- not run: needs a cluster -->\n```sh\na\n```\n', [{ line: 2, commands: 'a', mark: { notRun: 'needs a cluster' } }]],
  ['a block without either', 'text\n```bash\na\n```\n', [{ line: 2, commands: 'a' }]],
  ['commands that are only indented', 'text\n\n    npm ci\n    npm test\n', [{ line: 3, commands: 'npm ci' }]],
  ['what is indented in another language', '```yaml\nkey:\n\n    more: 1\n```\n', []],
])('finds %s', (_name, text, expected) => {
  expect(blocksIn(text)).toEqual(expected);
});
