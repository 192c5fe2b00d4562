import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '../../src/docker/node/index.js';
import type { PodSpec, Volume, VolumeMount } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { unmountBelow } from '../support/host-cleanup.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('paths of the host', (engine) => {
  const root = mkdtempSync(join(tmpdir(), 'host-'));
  const at = (path: string): string => join(root, path);
  let node: TestNode;
  let server: Server;
  beforeAll(async () => {
    for (const directory of ['data', 'logs', 'logs/app']) mkdirSync(at(directory));
    writeFileSync(at('logs/app/today'), 'a line\n');
    server = createServer();
    await new Promise<void>((resolve) => server.listen(at('logs/socket'), resolve));
    const hostPaths = [
      ...['data', 'new-directory', 'new-file', 'any', 'inner'].map((name) => ({ path: at(name), readOnly: false })),
      { path: at('logs'), readOnly: true },
      { path: '/dev/null', readOnly: false },
    ];
    node = await TestNode.start(engine, { policy: { podSecurity: { ...DEFAULT_POLICY.podSecurity, allowed: { ...DEFAULT_POLICY.podSecurity.allowed, hostPaths } } } });
  });
  afterAll(async () => {
    await node.remove();
    server.close();
    rmSync(root, { recursive: true, force: true });
  });

  const hostPath = (path: string, type?: string): Volume => ({ name: 'host', hostPath: { path, ...(type !== undefined && { type }) } });

  function podOf(volume: Volume, script: string, mount: Partial<VolumeMount> = {}, more: Partial<PodSpec> = {}): ReturnType<typeof podFile> {
    return podFile({ volumes: [volume], containers: [shell('main', script, { volumeMounts: [{ name: volume.name, mountPath: '/host', ...mount }] })], ...more });
  }

  async function look(volume: Volume, script: string, mount: Partial<VolumeMount> = {}, more: Partial<PodSpec> = {}): Promise<string> {
    const pod = await node.create(podOf(volume, script, mount, more));
    await pod.untilPhase('Succeeded');
    const log = await pod.log();
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    return log;
  }

  test.each<[what: string, volume: Volume, script: string, seen: string]>([
    ['a directory that pods may write', hostPath(at('data'), 'Directory'), 'echo mine > /host/file; cat /host/file', 'mine\n'],
    ['a directory below one that they may read', hostPath(at('logs/app'), 'DirectoryOrCreate'), 'cat /host/today; touch /host/x 2>&1 | grep -o "Read-only"', 'a line\nRead-only\n'],
    ['a file', hostPath(at('logs/app/today'), 'File'), 'cat /host; stat -c %F /host', 'a line\nregular file\n'],
    ['a file that is there', hostPath(at('logs/app/today'), 'FileOrCreate'), 'cat /host', 'a line\n'],
    ['a socket', hostPath(at('logs/socket'), 'Socket'), 'stat -c %F /host', 'socket\n'],
    ['a device', hostPath('/dev/null', 'CharDevice'), 'stat -c %F /host', 'character special file\n'],
    ['whatever it is', hostPath(at('logs/app/today'), ''), 'stat -c %F /host', 'regular file\n'],
  ])('P25: %s', async (_what, volume, script, seen) => {
    expect(await look(volume, script)).toBe(seen);
  });

  test('P25: what is to be made is made as a kubelet makes it, and is left when the pod goes', async () => {
    expect(await look(hostPath(at('new-directory'), 'DirectoryOrCreate'), 'stat -c "%F %a %u" /host; echo x > /host/x')).toBe('directory 755 0\n');
    expect(await look(hostPath(at('new-file'), 'FileOrCreate'), 'stat -c "%F %a %u %s" /host; echo kept > /host')).toBe('regular empty file 644 0 0\n');
    expect(await look(hostPath(at('new-file'), 'FileOrCreate'), 'cat /host')).toBe('kept\n');
    expect(await look(hostPath(at('any')), 'stat -c %F /host')).toBe('directory\n');
    expect([existsSync(at('new-directory/x')), readFileSync(at('new-file'), 'utf8'), lstatSync(at('any')).isDirectory()]).toEqual([true, 'kept\n', true]);
  });

  test.each<[path: string, type: string, why: RegExp]>([
    [at('logs/app'), 'File', /a directory .*type File/],
    [at('logs/app/today'), 'Directory', /a file .*type Directory/],
    [at('logs/app/today'), 'Socket', /a file .*type Socket/],
    [at('logs/socket'), 'File', /a socket .*type File/],
    ['/dev/null', 'BlockDevice', /a character device .*type BlockDevice/],
    [at('data'), 'FileOrCreate', /cannot be made/],
    [at('logs/gone'), 'Directory', /does not exist/],
    [at('logs/gone'), 'DirectoryOrCreate', /does not exist/],
  ])('P25: %s is not what %s asks for: refused, and nothing is left', async (path, type, why) => {
    const body = podOf(hostPath(path, type), 'true');
    await expect(node.create(body)).rejects.toThrow(why);
    expect(existsSync(at('logs/gone'))).toBe(false);
    expect(await node.engine.listContainers([`interlink.eu/node=${node.name}`, 'io.kubernetes.pod.name=test'])).toEqual([]);
  });

  test.each(['/', '/etc', '/etc/passwd', `${root}`, `${root}/database`, `${root}/data/../secret`, `${root}/logs/../../etc`])('P25: %s is not for pods', async (path) => {
    const refusal = await node.create(podOf(hostPath(path), 'true')).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 403, message: expect.stringContaining('pod.spec.volumes[0].hostPath') as unknown });
  });

  test('P44: a path of the host is left as it is, whatever the group of the pod', async () => {
    const before = lstatSync(at('data'));
    expect(await look(hostPath(at('data')), 'id -G | grep -cw 4321; stat -c "%a %g" /host', {}, { securityContext: { fsGroup: 4321 } })).toBe('1\n755 0\n');
    expect(lstatSync(at('data')).mode).toBe(before.mode);
  });

  test('P30: a mount for reading only is one', async () => {
    expect(await look(hostPath(at('data')), 'touch /host/x 2>&1 | grep -o "Read-only"', { readOnly: true })).toBe('Read-only\n');
  });

  /** A mount of the host whose own mounts are passed on. Only root can make one. */
  function makeShared(directory: string): boolean {
    mkdirSync(directory, { recursive: true });
    const isMade = spawnSync('mount', ['-t', 'tmpfs', 'shared', directory]).status === 0 && spawnSync('mount', ['--make-shared', directory]).status === 0;
    if (!isMade) process.stderr.write('SKIPPED P30 mount propagation: this user cannot mount on this host\n');
    return isMade;
  }

  test('P30: what is mounted on the host later reaches only who asked for it', async () => {
    if (!makeShared(at('inner'))) return;
    try {
      const script = 'touch /host/ready-$(hostname); until [ -e /host/go ]; do sleep 0.1; done; ls /host/later';
      const create = (mountPropagation: string): Promise<TestPod> => node.create(podOf(hostPath(at('inner')), script, { mountPropagation }, { hostname: mountPropagation.toLowerCase() }));
      const [asked, other] = await Promise.all([create('HostToContainer'), create('None')]);
      mkdirSync(at('inner/later'));
      await eventually(() => ['hosttocontainer', 'none'].every((name) => existsSync(at(`inner/ready-${name}`))));
      expect(spawnSync('mount', ['-t', 'tmpfs', 'later', at('inner/later')]).status).toBe(0);
      writeFileSync(at('inner/later/file'), '');
      writeFileSync(at('inner/go'), '');
      await Promise.all([asked.untilPhase('Succeeded'), other.untilPhase('Succeeded')]);
      expect([await asked.log(), await other.log()]).toEqual(['file\n', '']);
      await Promise.all([asked.delete(), other.delete()]);
    } finally {
      unmountBelow(root);
    }
  });
});
