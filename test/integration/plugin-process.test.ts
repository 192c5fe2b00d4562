import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';

// Engines on busy machines take their time.
jest.setTimeout(60_000);

describeWithEngine('the plugin as a process', ({ endpoint }) => {
  const node = uniqueNode('process');
  let proxy: FaultProxy;
  let plugin: PluginProcess | undefined;

  beforeAll(async () => {
    proxy = await FaultProxy.start(endpoint);
  });
  afterEach(() => plugin?.remove());
  afterAll(async () => {
    await proxy.stop();
    await purgeNode(node, endpoint);
  });

  test.each(['socket', 'port'] as const)('serves on its %s, survives kill -9, and stops when asked to', async (listen) => {
    plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node, listen });
    const first = plugin.pid;
    expect((await plugin.call('GET', '/healthz')).status).toBe(200);
    await plugin.kill('SIGKILL');
    await expect(plugin.call('GET', '/healthz')).rejects.toThrow(/ECONNREFUSED|ENOENT/);
    await plugin.start();
    expect(plugin.pid).not.toBe(first);
    expect((await plugin.call('GET', '/healthz')).status).toBe(200);
    expect(await plugin.stop()).toBe(0);
    expect(plugin.logLines).toContainEqual(expect.objectContaining({ message: 'serving', node }));
  });

  test('serves on when nobody takes its log any more, and stops when asked to', async () => {
    plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node, env: { VERBOSELOGGING: 'true' } });
    plugin.closeLog();
    // Each is a line of the log.
    for (let i = 0; i < 5; i++) expect((await plugin.call('GET', '/healthz')).status).toBe(200);
    expect(await plugin.stop()).toBe(0);
  });
});
