import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { HTTP_STATUS } from '../../src/api/index.js';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import { docBlocks } from '../support/doc-commands.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { InstalledPackage } from '../support/installed-package.js';
import { podFile, TestPod } from '../support/test-node.js';

jest.setTimeout(240_000);

const PAGE = 'docs/write-a-plugin.md';
/** The page's own, which may be somebody's on this machine. */
const PORT = 4000;

/** Files that the page has its reader write, by name. */
function filesOf(page: string): [name: string, text: string][] {
  return [...page.matchAll(/^<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]);
}

describe('S4.13: docs/write-a-plugin.md, from an empty folder to a plugin on which the kit passes', () => {
  const page = readFileSync(PAGE, 'utf8');
  let author: InstalledPackage;
  let port: number;
  let plugin: ChildProcess | undefined;
  const [start = '', kit = '', ownTest = ''] = docBlocks(PAGE, 'test/integration/write-a-plugin.test.ts');

  beforeAll(async () => {
    author = InstalledPackage.make(['typescript', '@types/node', 'undici-types']);
    port = await freePort();
    for (const [name, text] of filesOf(page)) author.write(name, text.replaceAll(`${PORT}`, `${port}`));
  });
  afterAll(async () => {
    if (plugin?.exitCode === null) {
      const ended = once(plugin, 'exit');
      plugin.kill('SIGTERM');
      await ended;
    }
    author.remove();
  });

  const environment = () => ({ PATH: `${author.directory}/node_modules/.bin:${process.env['PATH'] ?? ''}`, HOME: author.directory });
  function run(commands: string) {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', commands.replaceAll(`${PORT}`, `${port}`)], { cwd: author.directory, encoding: 'utf8', env: environment() });
    return { status, stdout, stderr };
  }

  test('its plugin has under 60 lines and compiles', () => {
    expect(filesOf(page).map(([name]) => name)).toEqual(['package.json', 'tsconfig.json', 'plugin.ts', 'plugin.test.ts']);
    expect(filesOf(page).find(([name]) => name === 'plugin.ts')?.[1].split('\n').length).toBeLessThan(60);
    const [compile = ''] = start.split('\n');
    expect(run(compile)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('it starts, and the kit passes', async () => {
    const [, serve = ''] = start.split('\n');
    plugin = spawn('sh', ['-c', `exec ${serve}`], { cwd: author.directory, env: environment(), stdio: 'ignore' });
    await eventually(() => new PluginCaller(`http://127.0.0.1:${port}`).ping());
    const { status, stdout } = run(kit);
    expect([status, stdout.split('\n').filter((line) => line.startsWith('failed'))]).toEqual([0, []]);
    expect(stdout).toMatch(/ passed, 0 failed \(0 of them a must\), 2 skipped: /);
  });

  test('it outlives its last open file, and ends a pod of which nothing is left but what it has started', async () => {
    const few = await freePort();
    author.write('few.ts', (filesOf(page).find(([name]) => name === 'plugin.ts')?.[1] ?? '').replaceAll(`${PORT}`, `${few}`));
    const limited = spawn('prlimit', ['--nofile=60', process.execPath, 'few.ts'], { cwd: author.directory, env: environment(), stdio: 'ignore' });
    const ended = once(limited, 'exit');
    try {
      const caller = new PluginCaller(`http://127.0.0.1:${few}`);
      await eventually(() => caller.ping());
      const started = async (command: string[]) => {
        const body = toCreateBody(podFile({ containers: [{ name: 'main', image: 'none', command }] }), makeStamp(new Date()));
        const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
        return { pod, status: await pod.until(({ containers }) => containers.some(({ state }) => state?.running ?? state?.terminated)) };
      };
      // Its group is gone, and its output open still.
      const { pod: orphan } = await started(['sh', '-c', 'setsid sleep 1 & echo left']);
      await orphan.untilLogged('left\n');
      await orphan.delete();
      let words = '';
      for (let pods = 0; pods < 40 && words === ''; pods += 1) words = (await started(['sleep', '600'])).status.containers[0]?.state?.terminated?.message ?? '';
      expect(words).toMatch(/^StartError: .*EMFILE/);
    } finally {
      limited.kill();
      await ended;
    }
    expect(limited.exitCode).toBe(0);
  });

  test('its own test passes, and the plugin goes when it is told to', async () => {
    expect(run(ownTest)).toMatchObject({ status: 0, stdout: expect.stringMatching(/pass 1\b/) as string });
    const ended = once(plugin as ChildProcess, 'exit');
    plugin?.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('its table of errors is that of the code', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, kind, status]) => [kind, Number(status)]);
    expect(rows).toEqual(Object.entries(HTTP_STATUS));
  });
});
