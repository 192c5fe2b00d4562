import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CommandEnd, startCommand } from '../support/command.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { PluginScene } from '../support/plugin-scene.js';

jest.setTimeout(120_000);

interface Found {
  readonly level: string;
  readonly check: string;
  readonly seen: string;
  readonly advice?: string;
}

describeWithEngine('what the plugin stands on', (engine) => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const config = (settings: Readonly<Record<string, string>>): string => {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, Object.entries({ DockerHost: engine.dockerHost, DataDir: join(directory, 'data'), Socket: join(directory, 'plugin.sock'), ...settings }).map(([key, value]) => `${key}: ${value}\n`).join(''));
    return file;
  };
  const doctor = (settings: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CommandEnd> => startCommand(['doctor', '--config', config(settings), ...args]).end;
  const found = async (settings: Readonly<Record<string, string>>): Promise<{ exitCode: number | null; of: (check: string) => Found | undefined }> => {
    const { exitCode, stdout } = await doctor(settings, '--json');
    const findings = JSON.parse(stdout) as readonly Found[];
    return { exitCode, of: (check) => findings.find((one) => one.check === check) };
  };

  test('a line each; nothing fails on a host where pods run', async () => {
    const { exitCode, stdout, stderr } = await doctor({});
    expect({ exitCode, stderr, failed: stdout.split('\n').filter((line) => line.startsWith('fail')) }).toEqual({ exitCode: 0, stderr: '', failed: [] });
    for (const check of ['Node', 'configuration', 'engine', 'API', 'limits', 'storage', 'disk', 'clock', 'subnets', 'DataDir', 'address']) expect(stdout).toMatch(new RegExp(`^(ok|warn) +${check} `, 'm'));
  });

  test('a configuration that is wrong is told with its key', async () => {
    const { exitCode, of } = await found({ NoSuchKey: 'x' });
    expect([exitCode, of('configuration')?.seen]).toEqual([1, expect.stringContaining('NoSuchKey') as string]);
  });

  test('an engine that is not there, and a socket that nobody listens on', async () => {
    const nobody = join(directory, 'nobody.sock');
    const { exitCode, of } = await found({ DockerHost: `unix://${nobody}` });
    expect([exitCode, of('engine')]).toEqual([1, expect.objectContaining({ level: 'fail', advice: expect.stringContaining('systemctl start docker') as string })]);
    // A killed server leaves its socket.
    const server = spawn(process.execPath, ['-e', `require('node:net').createServer().listen(${JSON.stringify(nobody)}, () => console.log('up'))`]);
    await once(server.stdout, 'data');
    const closed = once(server, 'close');
    server.kill('SIGKILL');
    await closed;
    expect((await found({ DockerHost: `unix://${nobody}` })).of('engine')).toMatchObject({ level: 'fail', advice: expect.stringContaining('nobody listens') as string });
  });

  const isRoot = process.getuid?.() === 0;
  if (!isRoot) process.stderr.write('SKIPPED an engine whose socket this user may not open: only root can become another user\n');
  (isRoot ? test : test.skip)('an engine whose socket this user may not open', async () => {
    const closed = join(directory, 'closed.sock');
    const server = createServer().listen(closed);
    await once(server, 'listening');
    chmodSync(closed, 0o600);
    writeFileSync(join(directory, 'config.yaml'), `DockerHost: unix://${closed}\nDataDir: /proc/1/data\nSocket: ${directory}/plugin.sock\n`);
    chmodSync(directory, 0o755);
    try {
      // Loaded before it becomes another user, who may not be able to read this checkout.
      const script = `const { runProgram } = await import(${JSON.stringify(resolve('dist/commands/program.js'))}); process.setgroups([]); process.setgid(65534); process.setuid(65534); await runProgram(process.argv, '0');`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, 'interlink-docker', 'doctor', '--json', '--config', join(directory, 'config.yaml')], { env: {} });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      await once(child, 'close');
      expect(stderr).toBe('');
      const findings = JSON.parse(stdout) as readonly Found[];
      expect(findings.filter(({ level }) => level !== 'ok').map(({ level, check, advice }) => [level, check, advice])).toEqual([
        ['fail', 'engine', expect.stringContaining('group docker')],
        ['warn', 'DataDir', expect.stringContaining('forgotten')],
        ['fail', 'address', expect.stringContaining('may not listen')],
      ]);
    } finally {
      server.close();
    }
  });

  test('the address: free, a plugin of this node, one of another, and something else', async () => {
    const scene = await PluginScene.open(engine);
    const other = createServer((socket) => socket.on('error', () => socket.destroy()).end('HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n')).listen(join(directory, 'other.sock'));
    try {
      const Socket = scene.plugin.url.slice('unix://'.length);
      expect((await found({ Socket, NodeName: scene.node })).of('address')).toMatchObject({ level: 'ok', seen: expect.stringContaining(`serves the node ${scene.node}`) as string });
      expect((await found({ Socket, NodeName: 'another' })).of('address')).toMatchObject({ level: 'fail', advice: expect.stringContaining('address of its own') as string });
      expect((await found({ Socket: join(directory, 'other.sock') })).of('address')).toMatchObject({ level: 'fail', seen: expect.stringContaining('no plugin') as string });
      expect((await found({ Socket: join(directory, 'none/plugin.sock') })).of('address')).toMatchObject({ level: 'ok' });
      writeFileSync(join(directory, 'file'), '');
      expect((await found({ Socket: join(directory, 'file') })).of('address')).toMatchObject({ level: 'fail', advice: expect.stringContaining('not a socket') as string });
      expect((await found({})).of('address')).toMatchObject({ level: 'ok' });
    } finally {
      other.close();
      await scene.close();
    }
  });

  test('keys that others can read, and a range that is the host\'s own', async () => {
    const keys = join(directory, 'keys');
    writeFileSync(keys, `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o644 });
    expect((await found({ RecordKeyFile: keys })).of('RecordKeyFile')).toMatchObject({ level: 'fail', seen: expect.stringContaining('mode 644') as string });
    chmodSync(keys, 0o600);
    expect((await found({ RecordKeyFile: keys })).of('RecordKeyFile')).toMatchObject({ level: 'ok' });
    expect((await found({ Network: '{ PodCIDR: 127.0.0.0/16 }' })).of('pod network')).toMatchObject({ level: 'warn', seen: expect.stringContaining('127.0.0.1/8 (lo)') as string });
  });
});
