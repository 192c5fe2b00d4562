import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';

/** A checkout with the real main and, in place of the commands, a program that tells what it was given. */
const checkout = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => rmSync(checkout, { recursive: true }));

const PROGRAM = `
export async function runProgram(argv, version) {
  process.on('SIGTERM', () => process.exit(7));
  console.log(JSON.stringify({ args: argv.slice(2), version, node: process.versions.node }));
  if (argv.includes('wait')) setInterval(() => undefined, 1000);
  if (argv.includes('die')) process.kill(process.pid, 'SIGKILL');
  process.exitCode = Number(argv[2]);
}`;

function put(path: string, content: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), content);
}

beforeAll(() => {
  const source = readFileSync(join(process.cwd(), 'src/main.ts'), 'utf8');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  put('dist/main.js', ts.transpileModule(source, { compilerOptions }).outputText);
  put('dist/commands/program.js', PROGRAM);
  put('package.json', JSON.stringify({ type: 'module', version: '1.2.3' }));
  put('old.cjs', "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });");
});

/** Starts main under this Node, or under one that says it is 20. */
function start(args: readonly string[], { old }: { old: boolean }) {
  const child = spawn(process.execPath, [...(old ? ['--require', join(checkout, 'old.cjs')] : []), join(checkout, 'dist/main.js'), ...args]);
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  return {
    child,
    end: async () => {
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      return { code, signal, stdout: await stdout, stderr: await stderr };
    },
  };
}

function bringNode(script: string | undefined): void {
  rmSync(join(checkout, 'node_modules'), { recursive: true, force: true });
  if (script === undefined) return;
  put('node_modules/.bin/node', `#!/bin/sh\n${script}\n`);
  chmodSync(join(checkout, 'node_modules/.bin/node'), 0o755);
}

const HERE = `exec "${process.execPath}" "$@"`;

test('runs the program under a Node that is new enough', async () => {
  bringNode(undefined);
  const { code, stdout } = await start(['3', 'a b'], { old: false }).end();
  expect({ code, told: JSON.parse(stdout) as unknown }).toEqual({ code: 3, told: { args: ['3', 'a b'], version: '1.2.3', node: process.versions.node } });
});

test('names the Node it needs where the checkout has none', async () => {
  bringNode(undefined);
  await expect(start(['0'], { old: true }).end()).resolves.toEqual({
    code: 1, signal: null, stdout: '', stderr: 'interlink-docker needs Node 22.19 or newer; this is 20.20.2\n',
  });
});

test("runs itself under the checkout's Node and keeps its exit code", async () => {
  bringNode(HERE);
  const { code, stdout } = await start(['5', 'a b'], { old: true }).end();
  expect({ code, told: JSON.parse(stdout) as unknown }).toEqual({ code: 5, told: { args: ['5', 'a b'], version: '1.2.3', node: process.versions.node } });
});

test("stops where the checkout's Node is too old as well", async () => {
  bringNode(`exec "${process.execPath}" --require "${join(checkout, 'old.cjs')}" "$@"`);
  await expect(start(['0'], { old: true }).end()).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('needs Node 22.19') as string });
});

test('passes signals on', async () => {
  bringNode(HERE);
  const { child, end } = start(['0', 'wait'], { old: true });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  await expect(end()).resolves.toMatchObject({ code: 7 });
});

test('dies of the signal that its second run died of', async () => {
  bringNode(HERE);
  await expect(start(['0', 'die'], { old: true }).end()).resolves.toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('loads on an old Node: nothing but its own modules is imported before the check', () => {
  const source = readFileSync(join(process.cwd(), 'src/main.ts'), 'utf8');
  expect(source.split('\n', 1)).toEqual(['#!/usr/bin/env node']);
  expect(ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName)).toEqual([
    'node:child_process', 'node:fs', 'node:url', 'node:v8', './commands/program.js',
  ]);
});
