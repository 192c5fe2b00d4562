import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import { shellPod, TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('a delete that comes before the plugin knows its pods', (engine) => {
  test('is carried out with the grace period of its pod', async () => {
    await ensureBusybox(engine.endpoint);
    const node = uniqueNode('early');
    const proxy = await FaultProxy.start(engine.endpoint);
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node });
    try {
      const body = toCreateBody(shellPod("trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done", { terminationGracePeriodSeconds: 20 }), makeStamp(new Date()));
      const { PodJID } = await new PluginCaller(plugin.url).create(body);
      const pod = new TestPod(new PluginCaller(plugin.url), body, PodJID);
      await eventually(async () => (await pod.log()) === 'ready\n');
      await plugin.kill();

      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      let isAsked = false;
      proxy.beforeCall(({ path }) => path === '/containers/json', () => {
        isAsked = true;
        return held;
      });
      const since = String(Date.now() / 1000);
      await plugin.start();
      await eventually(() => isAsked);
      const deleted = pod.delete();
      await eventually(async () => (await plugin.call('GET', '/healthz')).status === 200);
      letGo();
      await deleted;

      const filters = JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`], event: ['kill'] });
      const query = new URLSearchParams({ since, until: String(Date.now() / 1000), filters });
      const { text } = await call(engine.endpoint, 'GET', `/events?${query.toString()}`);
      const signals = text.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { Actor: { Attributes: { signal: string } } }).Actor.Attributes.signal);
      expect(signals).toEqual(['15']);
    } finally {
      await plugin.remove();
      await proxy.stop();
      await purgeNode(node, engine.endpoint);
    }
  });
});
