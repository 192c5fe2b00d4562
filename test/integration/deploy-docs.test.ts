import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureBusybox } from '../support/busybox.js';
import { docBlocks } from '../support/doc-commands.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort, PluginProcess } from '../support/plugin-process.js';

jest.setTimeout(120_000);

const [install = '', certificates = '', look = '', tunnelKey = ''] = docBlocks('docs/deploy.md', 'test/integration/deploy-docs.test.ts');
const directory = mkdtempSync(join(tmpdir(), 'deploy-docs-'));
afterAll(() => rmSync(directory, { recursive: true }));

function shell(block: string, cwd: string, env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', block], { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...env } });
  if (status !== 0) throw new Error(`${block}\nended with ${String(status)}:\n${stdout}${stderr}`);
  return stdout;
}

test('units, configuration and users are installed where they are looked for', () => {
  const root = join(directory, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  shell(install, resolve('.'), { DESTDIR: root });
  const unit = readFileSync(join(root, 'etc/systemd/system/interlink-docker.service'), 'utf8');
  const [, config = 'none'] = /--config (\S+)/.exec(unit) ?? [];
  const [, apiConfig = 'none'] = /INTERLINKCONFIGPATH=(\S+)/.exec(readFileSync(join(root, 'etc/systemd/system/interlink-api.service'), 'utf8')) ?? [];
  expect([config, apiConfig].map((path) => existsSync(join(root, path)))).toEqual([true, true]);
  expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(/^interlink-docker:/m);
});

test('the tunnel\'s key may open one port', () => {
  const said = shell(tunnelKey, directory);
  expect(said).toMatch(/^restrict,port-forwarding,permitlisten="127\.0\.0\.1:4000" ssh-ed25519 \S+ interlink-tunnel\n$/);
  expect(statSync(join(directory, 'id_ed25519')).mode & 0o777).toBe(0o600);
});

test('the picture is well-formed, small and asks nobody for anything', () => {
  const picture = 'docs/where-it-stands.svg';
  const { status, stderr } = spawnSync('python3', ['-c', 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])', picture], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const text = readFileSync(picture, 'utf8');
  expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  expect(text.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|@import|<image|url\((?!#)/);
  expect(text).toContain('prefers-color-scheme: dark');
});

describeWithEngine('docs/deploy.md', (engine) => {
  const node = uniqueNode('deploy');
  let plugin: PluginProcess;
  beforeAll(() => ensureBusybox(engine.endpoint));
  afterEach(() => plugin.remove());
  afterAll(() => purgeNode(node, engine.endpoint));

  test('a look at the plugin by itself runs a pod', async () => {
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node });
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'interlink-docker'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/main.js')}" "$@"\n`);
    chmodSync(join(bin, 'interlink-docker'), 0o755);
    const said = shell(look, resolve('.'), { PATH: `${bin}:${process.env['PATH'] ?? ''}`, PLUGIN: plugin.url });
    expect(said).toContain('[reader] hello from a neighbour');
  });

  test('its certificates let the client in, by the name of the host, and nobody else', async () => {
    shell(certificates, directory);
    const file = (name: string): string => join(directory, name);
    expect(readFileSync(file('ca.der'))[0]).toBe(0x30);
    const port = await freePort();
    const env = { SIDECARURL: 'https://127.0.0.1', SIDECARPORT: String(port), TLSCERT: file('server.pem'), TLSKEY: file('server-key.pem'), TLSCLIENTCA: file('ca.pem') };
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, listen: 'port', env, skipWaiting: true });
    const healthz = (names: { readonly cert?: string; readonly key?: string }): Promise<number> => new Promise((done, fail) => {
      const own = Object.fromEntries(Object.entries(names).map(([kind, name]) => [kind, readFileSync(file(name))]));
      get({ host: '127.0.0.1', port, servername: 'lab-a.example.org', path: '/healthz', ca: readFileSync(file('ca.pem')), ...own }, (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      }).on('error', fail);
    });
    await eventually(async () => (await healthz({ cert: 'client.pem', key: 'client-key.pem' })) === 200);
    await expect(healthz({})).rejects.toThrow();
    // A server's certificate is none to call with.
    await expect(healthz({ cert: 'server.pem', key: 'server-key.pem' })).rejects.toThrow();
  });
});
