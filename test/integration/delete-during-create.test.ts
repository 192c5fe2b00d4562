import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_VIEW, makeStamp, PluginCaller, PluginRefused, toCreateBody, toDeletePod } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { PluginProcess } from '../support/plugin-process.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const isSandboxCreate = ({ method, path, query }: ProxiedCall): boolean => method === 'POST' && path === '/containers/create' && (query.get('name') ?? '').startsWith('k8s_POD_');

describeWithEngine('a create whose engine call takes its time', (engine) => {
  let proxy: FaultProxy;
  let node: string;
  let release: () => void;
  beforeEach(async () => {
    await ensureBusybox(engine.endpoint);
    proxy = await FaultProxy.start(engine.endpoint);
    node = uniqueNode('slow');
  });
  afterEach(async () => {
    release();
    await proxy.stop();
    await purgeNode(node, engine.endpoint);
  });

  /** Holds the answer of the sandbox's create back. @returns whether the engine has made it */
  function holdSandbox(): () => boolean {
    let isMade = false;
    const held = new Promise<void>((resolve) => (release = resolve));
    proxy.afterAnswer(isSandboxCreate, async () => {
      isMade = true;
      await held;
    });
    return () => isMade;
  }

  const leftoversOf = async (uid: string): Promise<number> => {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${uid}`, engine.endpoint);
    return containers.length + volumes.length;
  };

  test.each([
    ['without files', shellPod('exec sleep 1000')],
    ['with files', podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', 'exec sleep 1000', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] })],
  ])('is undone by a delete meanwhile, also when the plugin is killed over it: a pod %s', async (_name, file) => {
    const plugin = await PluginProcess.start({ dockerHost: proxy.dockerHost, node });
    try {
      const isMade = holdSandbox();
      const caller = new PluginCaller(plugin.url);
      const body = toCreateBody(file, makeStamp(new Date()));
      const { uid } = body.pod.metadata;
      const created = caller.create(body).then(() => 'created', () => 'cut');
      await eventually(isMade);
      let isDeleted = false;
      const deleted = caller.delete(toDeletePod(body.pod, undefined, FIRST_VIEW, new Date())).then(() => (isDeleted = true), () => 'cut');
      const journal = join(plugin.dataDir, 'journal');
      await eventually(() => isDeleted || (existsSync(journal) && readFileSync(journal, 'utf8').includes(uid)));
      await plugin.kill();
      release();
      expect(await created).toBe('cut');
      await deleted;
      await plugin.start();
      await eventually(async () => (await leftoversOf(uid)) === 0);
    } finally {
      await plugin.remove();
    }
  });

  test('is answered when the caller would give up, and what it made is removed', async () => {
    const steered = await SteeredNode.start({ socketPath: proxy.socketPath, engine: engine.endpoint, node });
    try {
      await eventually(async () => JSON.stringify(await steered.caller.ping()).includes('"pods":"110"'));
      const isMade = holdSandbox();
      const body = toCreateBody(shellPod('exec sleep 1000'), makeStamp(new Date()));
      const created = steered.caller.create(body).then(() => 200, (error: unknown) => (error instanceof PluginRefused ? error.status : error));
      await eventually(isMade);
      steered.clock.advance(100_000);
      expect(await created).toBe(503);
      release();
      await eventually(async () => (await leftoversOf(body.pod.metadata.uid)) === 0);
    } finally {
      await steered.stop();
    }
  });
});
