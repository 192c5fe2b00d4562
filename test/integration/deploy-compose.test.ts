import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ensureBusybox } from '../support/busybox.js';
import { findEngine, purgeLabel, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginImage } from '../support/plugin-image.js';

jest.setTimeout(180_000);

const FILE = 'examples/deploy/compose/compose.yaml';
const SOCKET = '/var/run/docker.sock';
const PLUGIN = 'unix:///run/interlink/plugin.sock';
const NAME = 'examples/deploy/compose';

const COMPOSE = [['docker', 'compose'], ['docker-compose']].find(([command = '', ...words]) => spawnSync(command, [...words, 'version']).status === 0);
const engine = findEngine();

interface Run {
  readonly files?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

function compose(words: readonly string[], { files = [], env = {}, input = '' }: Run = {}): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const [command = '', ...subcommand] = COMPOSE ?? [];
  const { status, stdout, stderr } = spawnSync(command, [...subcommand, ...[FILE, ...files].flatMap((file) => ['-f', file]), ...words], { input, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env } });
  return { status, stdout, stderr };
}

const READ = { DOCKER_GID: '999', NODE_NAME: 'lab-a' };

if (COMPOSE === undefined) skipAloud(NAME, 'Docker Compose is not here');
else {
  describe(NAME, () => {
    test('is what Compose understands', () => {
      expect(compose(['config', '-q'], { env: READ })).toMatchObject({ status: 0, stderr: '' });
    });

    test.each(['DOCKER_GID', 'NODE_NAME'] as const)('without %s it says what that is', (name) => {
      const { [name]: _without, ...env } = READ as Record<string, string>;
      const { status, stderr } = compose(['config', '-q'], { env });
      expect([status === 0, stderr]).toEqual([false, expect.stringContaining('set it to') as string]);
    });
  });
}

if (COMPOSE === undefined || engine === undefined || !('socketPath' in engine.endpoint) || engine.endpoint.socketPath !== SOCKET) skipAloud(`${NAME}, started`, `needs Docker Compose, and an engine at ${SOCKET}`);
else {
  describe(`${NAME}, started`, () => {
    const project = uniqueNode('compose');
    const directory = mkdtempSync(join(tmpdir(), 'compose-'));
    const images = join(directory, 'images.yaml');
    const env = { DOCKER_GID: String(statSync(SOCKET).gid), NODE_NAME: project, TLS_DIR: directory, COMPOSE_PROJECT_NAME: project };
    const up = { files: [images], env };
    let image: PluginImage;

    beforeAll(async () => {
      await ensureBusybox(engine.endpoint);
      image = PluginImage.make(`interlink-docker-test/${project}:1`);
      // interLink's own image cannot be had without its registry: ours stands in for it, with the user, the groups and the mounts of its service.
      writeFileSync(images, stringify({ services: { plugin: { image: image.name, healthcheck: { interval: '1s' } }, interlink: { image: image.name } } }));
      const { status, stderr } = compose(['up', '-d', 'plugin'], up);
      if (status !== 0) throw new Error(`compose up: ${stderr}`);
    });
    afterAll(async () => {
      compose(['down', '-v', '-t', '20'], up);
      await purgeLabel(`com.docker.compose.project=${project}`, engine.endpoint);
      await purgeNode(project, engine.endpoint);
      image.remove();
      rmSync(directory, { recursive: true });
    });

    const inspect = (format: string): string => execFileSync('docker', ['inspect', '-f', format, compose(['ps', '-a', '-q', 'plugin'], up).stdout.trim()], { encoding: 'utf8' }).trim();

    test('the plugin comes up healthy, and stays itself', async () => {
      await eventually(() => inspect('{{.State.Health.Status}}') === 'healthy', { deadlineMs: 60_000, intervalMs: 500 }).catch((cause: unknown) => {
        throw new Error(compose(['logs', '--no-color', 'plugin'], up).stdout, { cause });
      });
      expect(inspect('{{.RestartCount}} {{.State.OOMKilled}}')).toBe('0 false');
      expect(compose(['logs', '--no-color', 'plugin'], up).stdout).not.toMatch(/"level":"(warn|error)"/);
    });

    test('runs a pod of several containers', () => {
      const pod = readFileSync('examples/multi-container.yaml', 'utf8');
      const run = compose(['exec', '-T', 'plugin', 'node', 'dist/main.js', 'submit', '--url', PLUGIN, '-f', '-'], { ...up, input: pod });
      expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('[reader] hello from a neighbour') as string });
    });

    test('the user of the API server opens the socket, and not that of the engine', () => {
      const ask = `require('http').get({socketPath:'/run/interlink/plugin.sock',path:'/healthz'},r=>{console.log(r.statusCode,process.getuid(),require('fs').existsSync('${SOCKET}'));process.exit(0)})`;
      expect(compose(['run', '--rm', '-T', '--no-deps', '--entrypoint', 'node', 'interlink', '-e', ask], up).stdout.trim()).toBe('200 65532 false');
    });

    test('a stop ends it in time, and by itself', () => {
      compose(['stop', 'plugin'], up);
      expect(inspect('{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 0');
    });
  });
}
