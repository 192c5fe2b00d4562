import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ensureBusybox } from '../support/busybox.js';
import { docBlocks } from '../support/doc-commands.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/plugin-process.js';

jest.setTimeout(600_000);

const NOT_CHECKED_OUT: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', '.git']);

/** The commands of the README, as somebody types them who has just checked the project out. */
describeWithEngine('a newcomer with the README', (engine) => {
  const node = uniqueNode('readme');
  const services: ChildProcess[] = [];
  let checkout: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    await ensureBusybox(engine.endpoint);
    checkout = mkdtempSync(join(tmpdir(), 'readme-'));
    cpSync('.', checkout, { recursive: true, filter: (path) => !NOT_CHECKED_OUT.has(basename(path)) });
    env = { ...process.env, NODENAME: node, SIDECARPORT: String(await freePort()), DATADIR: join(checkout, 'data') };
  });
  afterAll(async () => {
    await Promise.all(services.map(end));
    rmSync(checkout, { recursive: true, force: true });
    await purgeNode(node, engine.endpoint);
  });

  /** Each in a group of its own: npx starts the command as a child of its own. */
  const shell = (line: string): ChildProcess => spawn('bash', ['-c', line], { cwd: checkout, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });

  async function run(line: string): Promise<string> {
    const child = shell(line);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (exitCode !== 0) throw new Error(`${line} ended with ${String(exitCode)}:\n${said}`);
    return said;
  }

  /** What serves is left running; resolves when it answers. */
  async function serve(line: string): Promise<void> {
    services.push(shell(line));
    await eventually(async () => (await fetch(`http://127.0.0.1:${env['SIDECARPORT']}/healthz`).catch(() => undefined))?.status === 200, { deadlineMs: 60_000 });
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGTERM');
    await closed;
  }

  const [quickstart = '', byHand = '', files = ''] = docBlocks('README.md', 'test/integration/readme.test.ts');

  test('S4.10: one command shows a pod through all calls of the plugin', async () => {
    const said = await run(quickstart);
    expect(said).toContain('FINISHED!');
    expect(said).toContain('done: the pod was created, watched, its log read, and deleted');
  });

  test('by hand: it is installed, serves, and runs the pod that is submitted', async () => {
    let said = '';
    for (const line of byHand.split('\n')) {
      if (/ serve\b/.test(line)) await serve(line);
      else said += await run(line);
    }
    expect(said).toContain('[reader] hello from a neighbour');
  });

  test('as a service: user, configuration and unit are put where systemd looks for them', async () => {
    const root = join(checkout, 'root');
    env = { ...env, DESTDIR: root };
    await run(`mkdir -p ${root}/etc\n${files}`);
    expect(await run(`cat ${root}/etc/passwd`)).toContain('interlink-docker:');
    const unit = await run(`cat ${root}/etc/systemd/system/interlink-docker.service`);
    const [, config] = /--config (\S+)/.exec(unit) ?? [];
    expect(await run(`cat ${root}${config ?? ''}`)).toContain('Socket: unix:///run/interlink/plugin.sock');
  });
});
