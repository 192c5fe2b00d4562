/** What the sandbox tool does to files: the binary of this machine's architecture is written out and run. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { SANDBOX_TOOL } from '../../../../src/docker/sandbox/tool/tool.generated.js';

const ARCHITECTURES: Readonly<Record<string, 'amd64' | 'arm64'>> = { x64: 'amd64', arm64: 'arm64' };
const architecture = process.platform === 'linux' ? ARCHITECTURES[process.arch] : undefined;
if (!architecture) console.warn(`sandbox tool not run: no binary for ${process.platform} on ${process.arch}`);
const describeTool = architecture ? describe : describe.skip;

let scratch = '';
beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(fs.realpathSync(tmpdir()), 'sandbox-tool-'));
  fs.writeFileSync(path.join(scratch, 'tool'), Buffer.from(architecture ? SANDBOX_TOOL[architecture] : '', 'base64'), { mode: 0o755 });
});
afterAll(() => {
  spawnSync('rm', ['-rf', '--', scratch]); // not fs.rm: paths are longer than it can name
});

function run(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const result = spawnSync(path.join(scratch, 'tool'), args, { encoding: 'utf8' });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

describeTool('dir, file', () => {
  let place = '';
  beforeEach(() => (place = fs.mkdtempSync(path.join(scratch, 'make-'))));
  const at = (...parts: string[]): string => path.join(place, ...parts);
  const done = { code: 0, stdout: '', stderr: '' };
  const modeOf = (file: string): string => (fs.statSync(file).mode & 0o7777).toString(8);

  test('makes what is missing of a directory, with its mode, and leaves what is there', () => {
    fs.mkdirSync(at('old'), { mode: 0o700 });
    expect(run('dir', '755', at('old/new/newer'))).toEqual(done);
    expect(['old', 'old/new', 'old/new/newer'].map((name) => modeOf(at(name)))).toEqual(['700', '755', '755']);
    expect(run('dir', '700', `${at('old/new')}//`)).toEqual(done);
    expect(modeOf(at('old/new'))).toBe('755');
  });

  test('takes mode and setgid bit of the directory above, where none is given', () => {
    fs.chmodSync(place, 0o3777);
    expect(run('dir', '-', at('a/b'))).toEqual(done);
    expect([modeOf(at('a')), modeOf(at('a/b'))]).toEqual(['2777', '2777']);
  });

  test('makes an empty file, and leaves one that is there', () => {
    expect(run('file', at('new'))).toEqual(done);
    expect([fs.readFileSync(at('new'), 'utf8'), modeOf(at('new'))]).toEqual(['', '644']);
    fs.writeFileSync(at('old'), 'kept');
    expect(run('file', at('old'))).toEqual(done);
    expect(fs.readFileSync(at('old'), 'utf8')).toBe('kept');
  });

  test('a file needs its directory, and must be one', () => {
    expect(run('file', at('gone/file'))).toEqual({ code: 1, stdout: '', stderr: 'file: gone: errno 2\n' });
    expect(run('file', place).code).toBe(1);
    spawnSync('mkfifo', [at('pipe')]);
    expect(run('file', at('pipe'))).toEqual({ code: 1, stdout: '', stderr: 'file: pipe: errno 22\n' });
  });

  test.each([['dir', '755'], ['file']])('%s follows no link, on the way or at the end', (...command) => {
    fs.mkdirSync(at('outside'));
    fs.symlinkSync('outside', at('link'));
    fs.symlinkSync('nowhere', at('dangling'));
    expect(run(...command, at('link/new')).code).toBe(1);
    expect(run(...command, at('link')).code).toBe(1);
    expect(run(...command, at('dangling')).code).toBe(1);
    expect(fs.readdirSync(at('outside'))).toEqual([]);
    expect(fs.existsSync(at('nowhere'))).toBe(false);
  });

  test.each([['dir', '8', '/x/y'], ['dir', '', '/x/y'], ['dir', '7777', '/x/y'], ['dir', '755', 'x'], ['dir', '755', '/'], ['dir', '755', '/x/../y'], ['file', '/x/./y'], ['file', 'x']])('refuses %j', (...command) => {
    expect(run(...command).code).toBe(2);
  });
});

describeTool('own', () => {
  let place = '';
  beforeEach(() => (place = fs.mkdtempSync(path.join(scratch, 'own-'))));
  const at = (...parts: string[]): string => path.join(place, ...parts);
  const done = { code: 0, stdout: '', stderr: '' };
  const stateOf = (file: string): string => {
    const { mode, uid, gid } = fs.lstatSync(file);
    return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
  };
  /** Another group than the one that files get; only root can give any. */
  const isRoot = process.getuid?.() === 0;
  const gid = isRoot ? 4242 : (process.getgid?.() ?? 0);
  const testAsRoot = isRoot ? test : test.skip;

  testAsRoot('gives everything to the group, with the bits it needs, and takes none away', () => {
    for (const name of ['dir', 'dir/deep', 'closed']) fs.mkdirSync(at(name));
    fs.writeFileSync(at('file'), '');
    fs.writeFileSync(at('dir/deep/program'), '');
    fs.symlinkSync('/nowhere', at('dir/link'));
    for (const [name, mode] of [['', 0o755], ['dir', 0o1700], ['dir/deep', 0o777], ['closed', 0], ['file', 0o400], ['dir/deep/program', 0o4751]] as const) fs.chmodSync(at(name), mode);
    fs.chownSync(at('file'), 1234, 5678);
    expect(run('own', String(gid), 'always', place)).toEqual(done);
    expect(['', 'dir', 'dir/deep', 'closed', 'file', 'dir/deep/program'].map((name) => stateOf(at(name)))).toEqual(['2775 0:4242', '3770 0:4242', '2777 0:4242', '2770 0:4242', '660 1234:4242', '4771 0:4242']);
    expect(fs.lstatSync(at('dir/link')).gid).toBe(4242);
  });

  testAsRoot('leaves alone what a link leads to', () => {
    const outside = fs.mkdtempSync(path.join(scratch, 'outside-'));
    fs.writeFileSync(path.join(outside, 'file'), '', { mode: 0o600 });
    const before = [outside, path.join(outside, 'file')].map(stateOf);
    fs.symlinkSync(outside, at('to-directory'));
    fs.symlinkSync(path.join(outside, 'file'), at('to-file'));
    expect(run('own', String(gid), 'always', place)).toEqual(done);
    expect(run('own', String(gid), 'always', at('to-directory')).code).toBe(1);
    expect([outside, path.join(outside, 'file')].map(stateOf)).toEqual(before);
  });

  testAsRoot('looks at the top only where that is asked for', () => {
    fs.writeFileSync(at('file'), '', { mode: 0o600 });
    expect(run('own', String(gid), 'mismatch', place)).toEqual(done);
    expect(stateOf(at('file'))).toBe('660 0:4242');
    fs.chmodSync(at('file'), 0o600);
    expect(run('own', String(gid), 'mismatch', place)).toEqual(done);
    expect(stateOf(at('file'))).toBe('600 0:4242');
    fs.chmodSync(place, 0o755);
    expect(run('own', String(gid), 'mismatch', place)).toEqual(done);
    expect(stateOf(at('file'))).toBe('660 0:4242');
  });

  testAsRoot('goes through wide and deep trees', () => {
    for (let i = 0; i < 300; i++) {
      fs.mkdirSync(at(`directory-${'x'.repeat(200)}-${i}`));
      fs.writeFileSync(at(`directory-${'x'.repeat(200)}-${i}`, 'file'), '');
      fs.writeFileSync(at(`file-${'x'.repeat(200)}-${i}`), '');
    }
    const deep = at(...Array<string>(400).fill('d'));
    fs.mkdirSync(deep, { recursive: true });
    expect(run('own', String(gid), 'always', place)).toEqual(done);
    const all = fs.readdirSync(place, { recursive: true, encoding: 'utf8' });
    expect(all).toHaveLength(300 * 3 + 400);
    expect(all.filter((name) => fs.lstatSync(at(name)).gid !== gid)).toEqual([]);
  });

  testAsRoot('says so when a tree is deeper than it can hold', () => {
    fs.mkdirSync(at(...Array<string>(600).fill('d')), { recursive: true });
    expect(run('own', String(gid), 'always', place)).toMatchObject({ code: 1, stderr: 'own: too deep: errno 36\n' });
  });

  test.each([['own', 'x', 'always', '/x'], ['own', '-1', 'always', '/x'], ['own', '4294967295', 'always', '/x'], ['own', '1', 'sometimes', '/x'], ['own', '1', 'always', 'x'], ['own', '1', 'always', '/x/..']])('refuses %j', (...command) => {
    expect(run(...command).code).toBe(2);
  });

  test('a directory that is not there is a failure', () => {
    expect(run('own', String(gid), 'always', at('gone'))).toEqual({ code: 1, stdout: '', stderr: 'own: gone: errno 2\n' });
  });
});

describeTool('several subcommands', () => {
  test('run one after the other, up to the first that fails', () => {
    const place = fs.mkdtempSync(path.join(scratch, 'several-'));
    const at = (name: string): string => path.join(place, name);
    expect(run('dir', '755', at('a'), '+', 'file', at('a/b'), '+', 'file', at('gone/c'), '+', 'file', at('d'))).toMatchObject({ code: 1 });
    expect([fs.existsSync(at('a/b')), fs.existsSync(at('d'))]).toEqual([true, false]);
    expect(run('file', at('e'), '+').code).toBe(2);
  });
});
