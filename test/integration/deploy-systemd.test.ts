import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { execStart, readUnit, UNIT_DIR, unitWords } from '../support/unit-file.js';

jest.setTimeout(60_000);

const UNITS = readdirSync(UNIT_DIR).filter((name) => name.endsWith('.service'));
/** Of 10; systemd calls up to 2 "OK", and a unit without any of it is at 9.6. */
const WORST_EXPOSURE = 2;
const directory = mkdtempSync(join(tmpdir(), 'units-'));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (command: string, ...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  return { status, told: `${stdout}${stderr}` };
};

/** A file system with the units and, at the paths of their commands, programs that do nothing. */
function rootWith(change: (text: string) => string = (text) => text): string {
  const root = mkdtempSync(join(directory, 'root-'));
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
  // Every unit needs it, by default.
  writeFileSync(join(root, 'etc/systemd/system/sysinit.target'), '[Unit]\n');
  for (const name of UNITS) {
    writeFileSync(join(root, 'etc/systemd/system', name), change(readFileSync(`${UNIT_DIR}/${name}`, 'utf8')));
    for (const path of readUnit(name).flatMap(({ key, value }) => (key.startsWith('Exec') ? value.split(' ').slice(0, 1) : []))) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), '#!/bin/sh\n');
      chmodSync(join(root, path), 0o755);
    }
  }
  return root;
}

const verify = (root: string) => run('systemd-analyze', 'verify', '--man=no', `--root=${root}`, ...UNITS);

if (run('systemd-analyze', '--version').status !== 0) skipAloud('the units, as systemd reads them', 'systemd-analyze is not here');
else {
  describe('the units, as systemd reads them', () => {
    test('hold nothing that it does not understand', () => {
      expect(verify(rootWith())).toEqual({ status: 0, told: '' });
    });

    test.each<[mistake: string, change: (text: string) => string]>([
      ['a setting that is none', (text) => text.replace('NoNewPrivileges=', 'NoNewPrivilege=')],
      ['a group of system calls that is none', (text) => text.replace('~@privileged', '~@privilege')],
      ['a program that is not there', (text) => text.replace(/^ExecStart=\S+/m, 'ExecStart=/no/such')],
    ])('it would tell of %s', (_mistake, change) => {
      expect(verify(rootWith(change)).told).not.toBe('');
    });

    test.each(UNITS)('%s is confined', (name) => {
      const { told } = run('systemd-analyze', 'security', '--offline=true', '--no-pager', `${UNIT_DIR}/${name}`);
      expect(Number(/exposure level for \S+: ([\d.]+)/.exec(told)?.[1])).toBeLessThanOrEqual(WORST_EXPOSURE);
    });

    test('their users and the group are made', () => {
      const root = mkdtempSync(join(directory, 'users-'));
      mkdirSync(join(root, 'etc'));
      expect(run('systemd-sysusers', `--root=${root}`, resolve(UNIT_DIR, 'interlink.conf')).status).toBe(0);
      const group = /^interlink:x:(\d+):/m.exec(readFileSync(join(root, 'etc/group'), 'utf8'))?.[1];
      const users = readFileSync(join(root, 'etc/passwd'), 'utf8').trim().split('\n').map((line) => line.split(':'));
      expect(users.map(([name, , , gid, , , shell]) => [name, gid, shell]).sort()).toEqual(UNITS.flatMap((name) => unitWords(readUnit(name), 'User')).sort().map((name) => [name, group, '/usr/sbin/nologin']));
    });
  });
}

if (!existsSync('/run/systemd/system')) process.stderr.write('SKIPPED the units, started: no systemd runs here; the command of the plugin\'s unit is run without one\n');

describeWithEngine('the command of interlink-docker.service', (engine) => {
  const node = uniqueNode('unit');
  const socketPath = join(directory, 'run/plugin.sock');
  const unit = readUnit('interlink-docker.service');
  let child: ChildProcess;
  let said = '';

  beforeAll(async () => {
    // The file as it is, at other places: what systemd would make for the unit is not made here.
    const places: readonly (readonly [from: string, to: string])[] = [['/run/interlink', join(directory, 'run')], ['/var/lib/interlink-docker', join(directory, 'data')], ['NodeName: lab-a', `NodeName: ${node}`]];
    const [from, to] = [`${UNIT_DIR}/interlink-docker.yaml`, join(directory, 'interlink-docker.yaml')];
    writeFileSync(to, places.reduce((text, [place, other]) => text.replaceAll(place, other), readFileSync(from, 'utf8')));
    const [, ...words] = execStart(unit).map((word) => (word === '/etc/interlink/interlink-docker.yaml' ? to : word));
    const environment = Object.fromEntries(unitWords(unit, 'Environment').map((word) => word.split('=') as [string, string]));
    child = spawn(process.execPath, [resolve('dist/main.js'), ...words], { env: { ...environment, HOME: directory, DOCKER_HOST: engine.dockerHost }, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await eventually(async () => (await call({ socketPath }, 'GET', '/healthz')).status === 200, { deadlineMs: 30_000 }).catch((cause: unknown) => {
      throw new Error(`it does not answer:\n${said}`, { cause });
    });
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await purgeNode(node, engine.endpoint);
  });

  test('serves on the socket, for its user and group alone', async () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
    // Room for none until it has seen what the engine has.
    const pods = await eventually(async () => {
      const ping = (await call({ socketPath }, 'GET', '/status', { body: [] })).json() as { resources: { pods: string } };
      return ping.resources.pods !== '0' && ping.resources.pods;
    });
    expect(pods).toBe('110');
  });

  test('ends by itself when the unit is stopped', async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
