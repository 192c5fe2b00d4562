import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { docBlocks } from '../support/doc-commands.js';
import { describeWithEngine, findEngine, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { shellPod, TestPod } from '../support/test-node.js';

// A base image, and all packages for the build, come over the network.
jest.setTimeout(600_000);

const MOST_BYTES = 400_000_000;
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const underTest = findEngine();

interface Inspected {
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> };
  readonly Size: number;
}
interface InspectedContainer {
  readonly State: { readonly Health: { readonly Status: string }; readonly ExitCode: number };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> };
}

if (underTest !== undefined && !('socketPath' in underTest.endpoint)) skipAloud('the image', 'its container is given the engine\'s socket, and this engine has none here');
else {
  describeWithEngine('the image', (engine) => {
    const node = uniqueNode('image');
    const name = `interlink-docker-test/${node}`;
    const [image, base, data] = [`${name}:${version}`, `${name}-base:1`, `${node}-data`];
    const engineSocket = 'socketPath' in engine.endpoint ? engine.endpoint.socketPath : '';
    let directory: string;
    let submitted: ShellEnd;

    const docker = (...args: readonly string[]): string => execFileSync('docker', args, { encoding: 'utf8', env: { ...process.env, DOCKER_HOST: engine.dockerHost }, stdio: ['ignore', 'pipe', 'ignore'] });
    const inspect = (): InspectedContainer => (JSON.parse(docker('inspect', node)) as [InspectedContainer])[0];

    beforeAll(async () => {
      await ensureBusybox(engine.endpoint);
      directory = mkdtempSync(join(tmpdir(), 'image-'));
      chownSync(directory, 1000, 1000);
      const built = await shell(`scripts/build-image.sh ${image}`, { DOCKER_HOST: engine.dockerHost, LOCAL_BASE: base });
      if (built.exitCode !== 0) throw new Error(`the image cannot be built:\n${built.stdout}\n${built.stderr}`);
      process.stderr.write(`IMAGE ${built.stdout}`);
      const [commands = ''] = docBlocks('docs/packaging.md', 'test/integration/image.test.ts');
      // The page's own words, with names of this run, and checks of its health that come sooner.
      const ours = commands
        .replaceAll(/(mkdir -p |chown 1000:1000 |-v )\/run\/interlink/g, `$1${directory}`)
        .replaceAll('/var/run/docker.sock)', `${engineSocket})`)
        .replaceAll('-v /var/run/docker.sock:', `-v ${engineSocket}:`)
        .replace('--name interlink-docker', `--name ${node} --env NODENAME=${node} --health-interval 1s`)
        .replace('interlink-docker-data', data)
        .replace(/interlink-docker:\d+\.\d+\.\d+$/m, image)
        .replace('exec -i interlink-docker', `exec -i ${node}`)
        // A reader types the second command when the plugin serves.
        .replace('docker exec', `until docker exec ${node} interlink-docker health 2>/dev/null; do sleep 0.2; done\ndocker exec`);
      submitted = await shell(ours, { DOCKER_HOST: engine.dockerHost });
    });
    afterAll(async () => {
      const gone = (...args: readonly string[]): void => {
        try {
          docker(...args);
        } catch {
          // It was never made.
        }
      };
      gone('rm', '--force', '--volumes', node);
      await purgeNode(node, engine.endpoint);
      gone('volume', 'rm', data);
      gone('image', 'rm', image);
      gone('image', 'rm', base);
      rmSync(directory, { recursive: true, force: true });
    });

    test('P111: runs a pod by the commands of the page', () => {
      expect(submitted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('[reader] hello from a neighbour') as string });
    });

    test('is nobody\'s root, is small, and says what it is', () => {
      const [{ Config, Size }] = JSON.parse(docker('image', 'inspect', image)) as [Inspected];
      expect([Config.User, docker('exec', node, 'id', '-u').trim()]).toEqual(['1000:1000', '1000']);
      expect(Size).toBeLessThan(MOST_BYTES);
      expect(Config.Labels).toMatchObject({ 'org.opencontainers.image.version': version, 'org.opencontainers.image.licenses': 'Apache-2.0' });
      expect(docker('exec', node, 'interlink-docker', '--version')).toBe(`${version}\n`);
    });

    test('has what it runs, and nothing that only builds or tests', () => {
      const here = docker('exec', node, 'ls', '/app', '/app/node_modules').split('\n');
      expect(here).toEqual(expect.arrayContaining(['dist', 'package.json', 'sbom.cdx.json', 'LICENSE', 'express', 'dockerode']));
      expect(here.filter((file) => /^(src|test|typescript|jest|eslint|node-linux-.*)$/.test(file))).toEqual([]);
      const bill = JSON.parse(docker('exec', node, 'cat', '/app/sbom.cdx.json')) as { metadata: { component: object }; components: { name: string }[] };
      expect(bill.metadata.component).toMatchObject({ name: 'interlink-docker', version });
      expect(bill.components.map((component) => component.name)).toContain('dockerode');
    });

    test('is healthy while the plugin serves, and its check fails where none does', async () => {
      await eventually(() => Promise.resolve(inspect().State.Health.Status === 'healthy'), { deadlineMs: 60_000 });
      expect(() => docker('exec', '--env', 'SOCKET=/run/interlink/other.sock', node, 'interlink-docker', 'health')).toThrow();
    });

    test('P111: reaches a pod by httpGet through the network that its container joins', async () => {
      const caller = new PluginCaller(`unix://${join(directory, 'plugin.sock')}`);
      const serve = 'mkdir /www && echo here >/www/there && httpd -f -p 8080 -h /www';
      const body = toCreateBody(shellPod(serve, {}, { readinessProbe: { httpGet: { path: '/there', port: 8080 }, periodSeconds: 1 } }), makeStamp(new Date()));
      const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
      await pod.until(({ containers: [main] }) => main?.ready === true, 60_000);
      expect(Object.keys(inspect().NetworkSettings.Networks).filter((network) => network !== 'bridge')).toHaveLength(1);
      await pod.delete();
    });

    test('ends by itself when it is stopped', () => {
      docker('stop', '--time', '30', node);
      expect(inspect().State.ExitCode).toBe(0);
    });
  });
}

interface ShellEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function shell(commands: string, env: Readonly<Record<string, string>>): Promise<ShellEnd> {
  const child = spawn('bash', ['-e', '-c', commands], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const [stdout, stderr] = await said;
  return { exitCode, stdout, stderr };
}
