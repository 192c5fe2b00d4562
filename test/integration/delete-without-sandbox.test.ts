import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess } from '../support/plugin-process.js';
import { shellPod, TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('a delete of a pod whose sandbox was removed while no plugin ran', (engine) => {
  let plugin: PluginProcess;
  let node: string;
  beforeEach(async () => {
    await ensureBusybox(engine.endpoint);
    node = uniqueNode('bare');
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node });
  });
  afterEach(async () => {
    await plugin.remove();
    await purgeNode(node, engine.endpoint);
  });

  /** A running pod whose plugin was killed, and whose sandbox an operator has removed since. */
  async function bareParts(script: string, spec: Partial<PodSpec>): Promise<TestPod> {
    const caller = new PluginCaller(plugin.url);
    await eventually(async () => (await plugin.call('GET', '/status', [{ metadata: { name: 'x', namespace: 'x', uid: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } }])).status === 200);
    const body = toCreateBody(shellPod(script, spec), makeStamp(new Date()));
    const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
    await eventually(async () => (await pod.log()) === 'ready\n');
    await plugin.kill();
    const { name, namespace, uid } = pod.pod.metadata;
    expect((await call(engine.endpoint, 'DELETE', `/containers/k8s_POD_${name}_${namespace}_${uid}_0?force=1`)).status).toBe(204);
    return pod;
  }

  const leftoversOf = async (pod: TestPod): Promise<number> => {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, engine.endpoint);
    return containers.length + volumes.length;
  };

  test('removes it, also when it comes before the pods are known', async () => {
    const pod = await bareParts('echo ready; exec sleep 1000', { restartPolicy: 'Always' });
    await plugin.start();
    await pod.delete();
    await eventually(async () => (await leftoversOf(pod)) === 0);
  });

  test('is not forgotten when the plugin is killed during the grace period', async () => {
    const pod = await bareParts("trap '' TERM; echo ready; while :; do sleep 0.1; done", { restartPolicy: 'Always', terminationGracePeriodSeconds: 8 });
    await plugin.start();
    await eventually(() => pod.status());
    pod.delete().catch(() => undefined); // the plugin dies over it
    const journal = join(plugin.dataDir, 'journal');
    await eventually(() => existsSync(journal) && readFileSync(journal, 'utf8').includes(pod.uid));
    await plugin.kill();
    await plugin.start();
    await eventually(async () => (await leftoversOf(pod)) === 0, { deadlineMs: 40_000 });
  });
});
