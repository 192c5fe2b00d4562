import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBusybox } from '../support/busybox.js';
import { findEngine, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginImage } from '../support/plugin-image.js';
import { readUnit } from '../support/unit-file.js';

jest.setTimeout(180_000);

const NAME = 'the system calls that interlink-docker.service allows';
const SOCKET = '/var/run/docker.sock';
const engine = findEngine();

function run(command: string, words: readonly string[], input = ''): { readonly status: number | null; readonly told: string } {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', input });
  return { status, told: `${stdout}${stderr}` };
}

/** The calls of a group of systemd's, and of the groups in it. */
function callsOf(word: string): readonly string[] {
  if (!word.startsWith('@')) return [word];
  const { told } = run('systemd-analyze', ['syscall-filter', '--no-pager', word]);
  return [...told.matchAll(/^ {4}([@a-z]\S*)$/gm)].flatMap(([, inner = '']) => callsOf(inner));
}

/** As systemd adds the lines up: the first is a list of what is allowed, `~` takes away, what comes after adds. */
function allowedCalls(): readonly string[] {
  const allowed = new Set<string>();
  for (const { value } of readUnit('interlink-docker.service').filter(({ key }) => key === 'SystemCallFilter')) {
    for (const call of value.replace('~', '').split(' ').flatMap(callsOf)) {
      if (value.startsWith('~')) allowed.delete(call);
      else allowed.add(call);
    }
  }
  return [...allowed];
}

if (run('systemd-analyze', ['--version']).status !== 0) skipAloud(NAME, 'systemd-analyze is not here');
else if (engine === undefined || !('socketPath' in engine.endpoint) || engine.endpoint.socketPath !== SOCKET) skipAloud(NAME, `needs an engine at ${SOCKET}`);
else {
  describe(NAME, () => {
    const node = uniqueNode('filter');
    const directory = mkdtempSync(join(tmpdir(), 'filter-'));
    let image: PluginImage;
    let container: string;

    /** The engine puts them on a container as systemd does on a unit. @returns its id */
    function start(calls: readonly string[]): string {
      const profile = join(directory, 'profile.json');
      writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: calls, action: 'SCMP_ACT_ALLOW' }] }));
      const options = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--security-opt', `seccomp=${profile}`, '--group-add', String(statSync(SOCKET).gid),
        '-v', `${SOCKET}:${SOCKET}`, '--tmpfs', '/run/interlink:uid=1000,mode=0750', '--tmpfs', '/var/lib/interlink-docker:uid=1000', '-e', `NODENAME=${node}`, '-e', 'SOCKET=/run/interlink/plugin.sock', '-e', 'SOCKETGROUP=1000', '--user', '1000:1000'];
      return run('docker', ['run', '-d', '--label', `interlink.eu/node=${node}`, '--name', uniqueNode('filter'), ...options, image.name]).told.trim();
    }

    beforeAll(async () => {
      await ensureBusybox(engine.endpoint);
      image = PluginImage.make(`interlink-docker-test/${node}:1`);
    });
    afterEach(() => void run('docker', ['rm', '-f', container]));
    afterAll(async () => {
      await purgeNode(node, engine.endpoint);
      image.remove();
      rmSync(directory, { recursive: true });
    });
    const submit = () => run('docker', ['exec', '-i', container, 'node', 'dist/main.js', 'submit', '--url', 'unix:///run/interlink/plugin.sock', '-f', '-'], readFileSync('examples/multi-container.yaml', 'utf8'));

    test('are those that it needs to run a pod', async () => {
      const calls = allowedCalls();
      expect([calls.includes('chown'), calls.includes('mount'), calls.includes('ptrace'), calls.length > 100]).toEqual([true, false, false, true]);
      container = start(calls);
      const ran = await eventually(() => {
        const { status, told } = submit();
        return status === 0 && told;
      }, { deadlineMs: 60_000, intervalMs: 500 }).catch((cause: unknown) => {
        throw new Error(`${submit().told}\n${run('docker', ['logs', container]).told}`, { cause });
      });
      expect(ran).toContain('[reader] hello from a neighbour');
    });

    test('hold it: without one of them it does not serve', async () => {
      container = start(allowedCalls().filter((call) => !/^(bind|listen)$/.test(call)));
      await eventually(() => run('docker', ['inspect', '-f', '{{.State.Status}}', container]).told.trim() === 'exited', { deadlineMs: 60_000 });
      expect(run('docker', ['logs', container]).told).toMatch(/EPERM|operation not permitted/);
    });
  });
}
