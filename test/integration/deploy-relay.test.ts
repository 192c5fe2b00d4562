import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CertificateMaker } from '../support/certificates.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort, PluginProcess } from '../support/plugin-process.js';

jest.setTimeout(60_000);

const NAME = 'the relay of examples/deploy/helm/in-cluster.yaml';
const { plugin: { args } } = parse(readFileSync('examples/deploy/helm/in-cluster.yaml', 'utf8')) as { plugin: { args: readonly string[] } };

if (spawnSync('socat', ['-V']).error !== undefined) skipAloud(NAME, 'socat is not here');
else {
  describeWithEngine(NAME, (engine) => {
    const certificates = new CertificateMaker();
    const [ours, theirs] = [certificates.authority('authority'), certificates.authority('stranger')];
    const server = certificates.signed('server', ours, 'serverAuth');
    const client = certificates.signed('client', ours, 'clientAuth');
    const node = uniqueNode('relay');
    let plugin: PluginProcess;
    let port: number;
    const relays: ReturnType<typeof spawn>[] = [];

    beforeAll(async () => {
      port = await freePort();
      const env = { SIDECARURL: 'https://127.0.0.1', SIDECARPORT: String(port), TLSCERT: server.certFile, TLSKEY: server.keyFile, TLSCLIENTCA: ours.certFile };
      plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, listen: 'port', env, skipWaiting: true });
    });
    afterAll(async () => {
      for (const relay of relays) relay.kill();
      await plugin.remove();
      certificates.remove();
      await purgeNode(node, engine.endpoint);
    });

    /** Starts it with the arguments of the file; only names of files, host and ports are others. */
    async function relay(files: { readonly ca: string; readonly cert: string; readonly key: string }): Promise<number> {
      const own = await freePort();
      const words = args.map((word) => word.replace('TCP-LISTEN:4000', `TCP-LISTEN:${own}`).replace('lab-a.example.org:4000', `127.0.0.1:${port}`)
        .replace('/etc/plugin-tls/ca.crt', files.ca).replace('/etc/plugin-tls/tls.crt', files.cert).replace('/etc/plugin-tls/tls.key', files.key));
      relays.push(spawn('socat', words, { stdio: 'ignore' }));
      return own;
    }
    const ping = async (own: number): Promise<number> => (await call({ host: '127.0.0.1', port: own }, 'GET', '/status', { body: [] })).status;

    test('takes plain calls to the plugin, by TLS and with its certificate', async () => {
      const own = await relay({ ca: ours.certFile, cert: client.certFile, key: client.keyFile });
      await eventually(async () => (await ping(own)) === 200);
      expect(plugin.isRunning).toBe(true);
    });

    test('a server that its authority has not signed gets nothing', async () => {
      const good = await relay({ ca: ours.certFile, cert: client.certFile, key: client.keyFile });
      await eventually(async () => (await ping(good)) === 200);
      const own = await relay({ ca: theirs.certFile, cert: client.certFile, key: client.keyFile });
      // It listens before it connects: a refused connection would prove nothing.
      await eventually(() => ping(own).then(() => false, (error: NodeJS.ErrnoException) => error.code === 'ECONNRESET'));
      expect(await ping(good)).toBe(200);
    });
  });
}
