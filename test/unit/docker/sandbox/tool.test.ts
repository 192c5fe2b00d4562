/** The sandbox tool for real: the binary of this machine's architecture is written out and run. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SANDBOX_TOOL } from '../../../../src/docker/sandbox/tool/tool.generated.js';

const ARCHITECTURES: Readonly<Record<string, 'amd64' | 'arm64'>> = { x64: 'amd64', arm64: 'arm64' };
const architecture = process.platform === 'linux' ? ARCHITECTURES[process.arch] : undefined;
if (!architecture) console.warn(`sandbox tool not run: no binary for ${process.platform} on ${process.arch}`);
const describeTool = architecture ? describe : describe.skip;

const POLL_MS = 5;
const QUIET_POLLS = 20;
const CHUNK = 64 * 1024;
const TWENTY_MB = 20 * 1024 * 1024;

let scratch = '';
let tool = '';
const started: ChildProcess[] = [];

beforeAll(() => {
  scratch = fs.mkdtempSync(path.join(fs.realpathSync(tmpdir()), 'sandbox-tool-'));
  fs.chmodSync(scratch, 0o755); // one test runs as another user
  tool = path.join(scratch, 'tool');
  fs.writeFileSync(tool, Buffer.from(architecture ? SANDBOX_TOOL[architecture] : '', 'base64'), { mode: 0o755 });
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (isAlive(child)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
});

afterAll(() => {
  spawnSync('rm', ['-rf', '--', scratch]); // not fs.rm: a failed test may leave paths longer than it can name
});

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function run(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const result = spawnSync(tool, args, { encoding: 'utf8' });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

function start(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; uid?: number } = {}): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { stdio: 'pipe', ...options });
  started.push(child);
  return child;
}

/** Resolves once `condition` holds; jest's own timeout is the deadline. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(POLL_MS);
}

async function exitOf(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  if (isAlive(child)) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

describeTool('usage', () => {
  test.each<[name: string, args: string[]]>([
    ['no arguments', []],
    ['an unknown subcommand', ['sleep']],
    ['pause with an argument', ['pause', 'now']],
    ['relay without a port', ['relay']],
    ['rm with two paths', ['rm', '/nowhere/a', '/nowhere/b']],
  ])('%s exits 2 and says what there is', (_name, args) => {
    expect(run(...args)).toEqual({ code: 2, stdout: '', stderr: 'usage: pause | relay PORT | relay ADDRESS PORT SECONDS | kill MARK | rm PATH | dir MODE PATH | file PATH | own GID WHEN PATH [+ ...]\n' });
  });
});

describeTool('pause', () => {
  /** Ready once it sleeps: waiting for signals is all that it ever does so (which signals, /proc does not tell then). */
  async function startPause(options: { uid?: number } = {}): Promise<ChildProcess & { pid: number }> {
    const child = start(tool, ['pause'], { ...options, env: { RECORD: 'secret' } });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    await until(() => /^State:\s*S/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')));
    return Object.assign(child, { pid });
  }

  test.each<[signal: 'SIGTERM' | 'SIGINT']>([['SIGTERM'], ['SIGINT']])('exits 0 on %s', async (signal) => {
    const child = await startPause();
    child.kill(signal);
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('outlives SIGCHLD', async () => {
    const child = await startPause();
    child.kill('SIGCHLD');
    child.kill('SIGTERM');
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('reaps children that it did not start', async () => {
    // exec keeps the shell's pid, so the shell's child becomes the tool's.
    const child = start('sh', ['-c', 'sleep 600 & echo $!; exec "$0" pause', tool]);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const orphan = Number(line.toString());
    process.kill(orphan, 'SIGKILL');
    await until(() => !fs.existsSync(`/proc/${orphan}`)); // a zombie would stay there
    child.kill('SIGTERM');
    await exitOf(child);
  });

  test('hides its environment from other processes of its user', async () => {
    const uid = process.getuid?.() === 0 ? 65535 : undefined; // root reads everything
    const user = uid === undefined ? {} : { uid };
    const open = start('sleep', ['600'], user);
    await once(open, 'spawn');
    const hidden = await startPause(user);
    const reader = (pid: number | undefined): number | null => spawnSync('cat', [`/proc/${pid}/environ`], user).status;
    expect(reader(open.pid)).toBe(0); // so that the refusal below is the tool's doing
    expect(reader(hidden.pid)).toBe(1);
  });
});

describeTool('relay', () => {
  const servers: net.Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      await new Promise((closed) => server.close(closed));
    }
  });

  async function listen(onConnection: (socket: net.Socket) => void, host = '127.0.0.1'): Promise<string> {
    const server = net.createServer({ allowHalfOpen: true }, onConnection);
    servers.push(server);
    server.listen(0, host);
    await once(server, 'listening');
    return String((server.address() as net.AddressInfo).port);
  }

  async function freePort(): Promise<string> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    await new Promise((closed) => server.close(closed));
    return String(port);
  }

  test('passes the end of stdin on, and the answer that comes after it back', async () => {
    const port = await listen((socket) => {
      void readAll(socket).then((request) => socket.end(`heard ${request.toString()}`));
    });
    const child = start(tool, ['relay', port]);
    child.stdin.end('hello');
    expect((await readAll(child.stdout)).toString()).toBe('heard hello');
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('to an address: says that it is connected, carries both ways, and ends with the remote', async () => {
    const port = await listen((socket) => void socket.once('data', (word: Buffer) => socket.end(`heard ${word.toString()}`)), '127.0.0.2');
    const child = start(tool, ['relay', '127.0.0.2', port, '30']);
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    expect(said.toString()).toBe('connected\n');
    child.stdin.write('hello');
    expect((await readAll(child.stdout)).toString()).toBe('heard hello');
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('to an address: ends after its time, whoever holds it', async () => {
    const port = await listen((socket) => void socket.resume().once('end', () => socket.end()), '127.0.0.2');
    expect(await exitOf(start(tool, ['relay', '127.0.0.2', port, '1']))).toEqual([null, 'SIGALRM']);
  });

  test('to an address: says who refuses it', async () => {
    expect(run('relay', '127.0.0.1', await freePort(), '5')).toMatchObject({ code: 1, stderr: 'relay: 127.0.0.1: connection refused\n' });
  });

  test.each([
    ['1.2.3', '80', '1'],
    ['1.2.3.4.5', '80', '1'],
    ['1.2.3.256', '80', '1'],
    ['1.2.3.', '80', '1'],
    ['a.b.c.d', '80', '1'],
    ['127.0.0.1', '0', '1'],
    ['127.0.0.1', '80', '0'],
    ['127.0.0.1', '80', 'x'],
  ])('to an address: %s %s %s is refused', (...words) => {
    expect(run('relay', ...words)).toMatchObject({ code: 2, stdout: '' });
  });

  test('ends with the remote though stdin stays open', async () => {
    const port = await listen((socket) => socket.end('bye'));
    const child = start(tool, ['relay', port]);
    expect((await readAll(child.stdout)).toString()).toBe('bye');
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('echoes while both sides stay open', async () => {
    const port = await listen((socket) => void socket.pipe(socket));
    const child = start(tool, ['relay', port]);
    for (const word of ['one', 'two', 'three']) {
      child.stdin.write(word);
      const [echo] = (await once(child.stdout, 'data')) as [Buffer];
      expect(echo.toString()).toBe(word);
    }
    child.stdin.end();
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('carries 20 MB each way at once', async () => {
    const [up, down] = [randomBytes(TWENTY_MB), randomBytes(TWENTY_MB)];
    let arrived: Promise<Buffer> = Promise.resolve(Buffer.alloc(0));
    const port = await listen((socket) => {
      socket.write(down);
      arrived = readAll(socket);
      void arrived.then(() => socket.end());
    });
    const child = start(tool, ['relay', port]);
    child.stdin.end(up);
    expect(sha256(await readAll(child.stdout))).toBe(sha256(down));
    expect(sha256(await arrived)).toBe(sha256(up));
    expect(await exitOf(child)).toEqual([0, null]);
  });

  test('holds the sender back while the remote does not read, and loses nothing', async () => {
    const data = randomBytes(TWENTY_MB);
    let startReading: (() => void) | undefined;
    let arrived: Promise<Buffer> = Promise.resolve(Buffer.alloc(0));
    const port = await listen((socket) => {
      socket.pause();
      startReading = () => {
        arrived = readAll(socket);
        void arrived.then(() => socket.end());
      };
    });
    const child = start(tool, ['relay', port]);
    let taken = 0;
    const sent = (async () => {
      for (; taken < data.length; taken += CHUNK) {
        if (!child.stdin.write(data.subarray(taken, taken + CHUNK))) await once(child.stdin, 'drain');
      }
      child.stdin.end();
    })();
    let [takenBefore, quietPolls] = [-1, 0];
    await until(() => {
      quietPolls = taken === takenBefore && startReading ? quietPolls + 1 : 0;
      takenBefore = taken;
      return quietPolls > QUIET_POLLS;
    });
    expect(taken).toBeLessThan(data.length);
    startReading?.();
    await sent;
    expect(await exitOf(child)).toEqual([0, null]);
    expect(sha256(await arrived)).toBe(sha256(data));
  });

  test('says so when the port is refused', async () => {
    const port = await freePort();
    expect(run('relay', port)).toEqual({ code: 1, stdout: '', stderr: `relay: port ${port}: connection refused\n` });
  });

  test('reports a reset connection as a failure', async () => {
    const port = await listen((socket) => socket.resetAndDestroy());
    const child = start(tool, ['relay', port]);
    const stderr = readAll(child.stderr);
    expect(await exitOf(child)).toEqual([1, null]);
    expect((await stderr).toString()).toBe('relay: remote: errno 104\n');
  });

  test('ends when its reader is gone', async () => {
    const port = await listen((socket) => socket.on('error', () => socket.destroy()).pipe(socket));
    const child = start(tool, ['relay', port]);
    child.stdin.write('x');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await exitOf(child)).toEqual([1, null]);
  });

  const hasIpv6 = fs.existsSync('/proc/net/if_inet6') && fs.readFileSync('/proc/net/if_inet6', 'utf8').includes(' lo\n');
  if (!hasIpv6) console.warn('relay to ::1 not tested: no IPv6 on the loopback interface');
  (hasIpv6 ? test : test.skip)('reaches a server that listens on ::1 only', async () => {
    const port = await listen((socket) => socket.end('six'), '::1');
    const child = start(tool, ['relay', port]);
    expect((await readAll(child.stdout)).toString()).toBe('six');
  });

  test.each(['0', '65536', '-1', '80x', ''])('refuses port "%s"', (port) => {
    expect(run('relay', port)).toEqual({ code: 2, stdout: '', stderr: 'relay: PORT must be 1 to 65535\n' });
  });
});

describeTool('kill', () => {
  const newMark = (): string => `INTERLINK_EXEC=${randomUUID()}`;

  async function startSleeper(env: Record<string, string>): Promise<ChildProcess> {
    const child = start('sleep', ['600'], { env: { ...env, PATH: process.env['PATH'] } });
    await once(child, 'spawn'); // after exec, so the environment is there
    return child;
  }

  const markEnv = (mark: string): Record<string, string> => ({ INTERLINK_EXEC: mark.slice('INTERLINK_EXEC='.length) });

  function processesWith(mark: string): string[] {
    return fs.readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return fs.readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark);
      } catch {
        return false; // ended meanwhile, or not ours to read
      }
    });
  }

  test('ends what carries the mark and prints how many', async () => {
    const mark = newMark();
    const children = [await startSleeper(markEnv(mark)), await startSleeper(markEnv(mark))];
    expect(run('kill', mark)).toMatchObject({ code: 0, stdout: '2\n' });
    for (const child of children) expect(await exitOf(child)).toEqual([null, 'SIGKILL']);
  });

  test('finds the mark in environments larger than any buffer, wherever it lies', async () => {
    const mark = newMark();
    const ends = [-1, 0, 1, 2, 20, mark.length, mark.length + 1]; // around where one read of a page ends and the next begins
    const offsets = [100_000, ...[4096, 81_920].flatMap((border) => ends.map((end) => border - end))];
    const filler = (offset: number): string => 'x'.repeat(offset - 'A='.length - 1);
    const children = await Promise.all(offsets.map((offset) => startSleeper({ A: filler(offset), ...markEnv(mark) })));
    expect(run('kill', mark)).toMatchObject({ code: 0, stdout: `${offsets.length}\n` });
    for (const child of children) expect(await exitOf(child)).toEqual([null, 'SIGKILL']);
  });

  test('leaves alone what merely resembles it', async () => {
    const mark = newMark();
    const value = mark.slice('INTERLINK_EXEC='.length);
    const others = [
      await startSleeper({}),
      await startSleeper({ INTERLINK_EXEC: `${value}0` }),
      await startSleeper({ INTERLINK_EXEC: value.slice(0, -1) }),
      await startSleeper({ XINTERLINK_EXEC: value }),
      await startSleeper({ OTHER: mark }),
    ];
    expect(run('kill', mark)).toMatchObject({ code: 0, stdout: '0\n' });
    expect(others.map(isAlive)).toEqual(others.map(() => true));
    expect(others.map((child) => fs.existsSync(`/proc/${child.pid}/environ`))).toEqual(others.map(() => true));
  });

  test('finds what a marked process goes on to fork', async () => {
    const mark = newMark();
    const forker = start('sh', ['-c', 'for i in 1 2 3 4 5 6 7 8 9; do (sleep 600 & sleep 600) & done; echo; wait'], {
      env: { PATH: process.env['PATH'], ...markEnv(mark) },
    });
    await once(forker.stdout, 'data');
    expect(run('kill', mark).code).toBe(0);
    expect(await exitOf(forker)).toEqual([null, 'SIGKILL']);
    expect(processesWith(mark)).toEqual([]);
  });

  test('does not end itself, and finding nothing is success', () => {
    const mark = newMark();
    const result = spawnSync(tool, ['kill', mark], { encoding: 'utf8', env: markEnv(mark) });
    expect({ code: result.status, stdout: result.stdout }).toEqual({ code: 0, stdout: '0\n' });
  });

  test('refuses an empty mark', () => {
    expect(run('kill', '')).toEqual({ code: 2, stdout: '', stderr: 'kill: MARK is empty\n' });
  });
});

describeTool('rm', () => {
  let outside = '';
  let tree = '';
  const gone = { code: 0, stdout: '', stderr: '' };

  beforeEach(() => {
    const place = fs.mkdtempSync(path.join(scratch, 'rm-'));
    [outside, tree] = [path.join(place, 'outside'), path.join(place, 'tree')];
    fs.mkdirSync(outside);
    fs.mkdirSync(tree);
    fs.writeFileSync(path.join(outside, 'keep'), 'precious');
  });

  const isThere = (file: string): boolean => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const outsideIsWhole = (): boolean => fs.readFileSync(path.join(outside, 'keep'), 'utf8') === 'precious';

  test('removes a tree with all kinds of entries', () => {
    for (const dir of ['a', 'a/b', 'a/b/c', 'd', 'empty']) fs.mkdirSync(path.join(tree, dir));
    for (const file of ['f', 'a/f', 'a/b/c/f', 'd/.hidden', 'd/..twodots', 'd/new\nline']) fs.writeFileSync(path.join(tree, file), 'x');
    fs.chmodSync(path.join(tree, 'a/f'), 0o400);
    spawnSync('mkfifo', [path.join(tree, 'd/pipe')]);
    expect(run('rm', tree)).toEqual(gone);
    expect(isThere(tree)).toBe(false);
    expect(outsideIsWhole()).toBe(true);
  });

  test('removes a wide tree', () => {
    for (let i = 0; i < 150; i++) { // more than it holds descriptors
      fs.mkdirSync(path.join(tree, `directory-${i}`));
      fs.writeFileSync(path.join(tree, `directory-${i}`, 'file'), '');
    }
    for (let i = 0; i < 500; i++) fs.writeFileSync(path.join(tree, `${'long-name'.repeat(25)}-${i}`), ''); // several reads
    expect(run('rm', tree)).toEqual(gone);
    expect(isThere(tree)).toBe(false);
  });

  test('removes a tree 2,000 levels deep, whose path no system call could take', () => {
    const dig = `for (let i = 0; i < 2000; i++) {
      if (i % 50 === 0) { fs.writeFileSync('file', ''); fs.mkdirSync('sibling'); fs.writeFileSync('sibling/file', ''); }
      fs.mkdirSync('one-more-level'); process.chdir('one-more-level');
    }`;
    expect(spawnSync(process.execPath, ['-e', dig], { cwd: tree }).status).toBe(0);
    expect(run('rm', tree)).toEqual(gone);
    expect(isThere(tree)).toBe(false);
  });

  test('removes links, not what they lead to', () => {
    fs.mkdirSync(path.join(tree, 'sub'));
    fs.symlinkSync(outside, path.join(tree, 'to-directory'));
    fs.symlinkSync(path.join(outside, 'keep'), path.join(tree, 'sub/to-file'));
    fs.symlinkSync('../../outside', path.join(tree, 'sub/relative'));
    expect(run('rm', tree)).toEqual(gone);
    expect(isThere(tree)).toBe(false);
    expect(outsideIsWhole()).toBe(true);
  });

  test.each(['', '/'])('removes PATH itself when it is a link, with "%s" after it', (suffix) => {
    const link = path.join(tree, 'link');
    fs.symlinkSync(outside, link);
    expect(run('rm', link + suffix)).toEqual(gone);
    expect(isThere(link)).toBe(false);
    expect(outsideIsWhole()).toBe(true);
  });

  test('does not go through a link on the way to PATH', () => {
    fs.symlinkSync(outside, path.join(tree, 'link'));
    expect(run('rm', path.join(tree, 'link', 'keep'))).toEqual({ code: 1, stdout: '', stderr: 'rm: link: errno 20\n' });
    expect(outsideIsWhole()).toBe(true);
  });

  test('removes a single file', () => {
    const file = path.join(tree, 'file');
    fs.writeFileSync(file, 'x');
    expect(run('rm', file)).toEqual(gone);
    expect(fs.readdirSync(tree)).toEqual([]);
  });

  test.each(['missing', 'missing/below'])('%s is success', (name) => {
    expect(run('rm', path.join(tree, name))).toEqual(gone);
  });

  test.each(['', '/', '//', 'relative', './relative', '..'])('refuses "%s"', (refused) => {
    expect(run('rm', refused)).toEqual({ code: 2, stdout: '', stderr: 'rm: PATH must be absolute, not / and without . or ..\n' });
  });

  test.each(['/.', '/..', '/../', 'TREE/..', 'TREE/./x', 'TREE/missing/../../outside'])('refuses dots: %s', (refused) => {
    expect(run('rm', refused.replace('TREE', tree)).code).toBe(2);
    expect(isThere(tree)).toBe(true);
    expect(outsideIsWhole()).toBe(true);
  });
});
