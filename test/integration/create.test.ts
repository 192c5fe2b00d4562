import { type CreateBody, FIRST_VIEW, makeStamp, type PodFile, toCreateBody, toDeletePod, toStatusPod } from '../../src/caller/index.js';
import { connectEngine } from '../../src/engine/index.js';
import type { Answer } from '../support/endpoint.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { type HoldingRegistry, startHoldingRegistry } from '../support/holding-registry.js';
import { callNode, podObjects } from '../support/raw-calls.js';
import { podFile, shell, shellPod, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('creation and deletion on the wire', (engine) => {
  let proxy: FaultProxy;
  let node: TestNode;
  beforeAll(async () => {
    proxy = await FaultProxy.start(engine.endpoint);
    node = await TestNode.start(engine, { connect: () => connectEngine({ kind: 'socket', path: proxy.socketPath }) });
  });
  afterAll(async () => {
    await node.remove();
    await proxy.stop();
  });

  const bodyOf = (file: PodFile): CreateBody => toCreateBody(file, makeStamp(new Date()));
  const create = (body: CreateBody, signal?: AbortSignal): Promise<Answer> => callNode(node, 'POST', '/create', body, { ...(signal && { signal }) });
  const remove = (body: CreateBody): Promise<Answer> => callNode(node, 'POST', '/delete', toDeletePod(body.pod, undefined, FIRST_VIEW, new Date()));
  /** With the sandbox, by name. */
  const containersOf = async (body: CreateBody): Promise<readonly string[]> => (await node.engine.listContainers([`io.kubernetes.pod.uid=${body.pod.metadata.uid}`])).map(({ Names }) => Names[0] ?? '').sort();
  const statusesOf = async (body: CreateBody, jobId?: string): Promise<unknown> => (await callNode(node, 'GET', '/status', [toStatusPod(body.pod, jobId, FIRST_VIEW)])).json();

  /** Volumes with files make creation take long enough to be met by other calls. */
  const fileVolumes = (script: string): CreateBody =>
    bodyOf(podFile({ volumes: [{ name: 'files', configMap: { name: 'files' } }], containers: [shell('main', script, { volumeMounts: [{ name: 'files', mountPath: '/files' }] })] }, { configMaps: [{ metadata: { name: 'files', namespace: 'default' }, data: { word: 'ran\n' } }] }));

  describe('while a registry holds back an image', () => {
    let registry: HoldingRegistry;
    const held = () => bodyOf(podFile({ containers: [{ name: 'main', image: registry.image, imagePullPolicy: 'Always' }, shell('other', 'echo here')] }));
    const isHolding = (): Promise<unknown> => eventually(() => registry.requests.length > 0);

    beforeEach(async () => {
      registry = await startHoldingRegistry();
    });
    afterEach(() => registry.stop());

    test('the pod is taken on, waits, and its other containers run', async () => {
      const pod = await node.create(held());
      await isHolding();
      const { containers } = await pod.until(({ containers: [, other] }) => other?.state?.terminated?.exitCode === 0);
      expect(containers[0]?.state?.waiting?.reason).toBe('ContainerCreating');
      expect(await pod.log('other')).toBe('here\n');
      expect(await pod.log('main')).toBe('');
      await pod.delete();
    });

    test('a delete answers and leaves nothing, with the image still held back', async () => {
      const pod = await node.create(held());
      await isHolding();
      // The registry is never released: a delete that waited for it would not come back.
      await pod.delete();
      expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    });

    test('a pod that waits for the same image outlives the other one\'s delete', async () => {
      const [first, second] = [await node.create(held()), await node.create(held())];
      await isHolding();
      await first.delete();
      expect((await second.containerStatus('main')).state?.waiting?.reason).toBe('ContainerCreating');
      registry.release();
      await second.until(({ containers: [main] }) => main?.state?.waiting?.reason === 'ErrImagePull');
      await second.delete();
      expect(await podObjects(node, engine)).toEqual([]);
    });
  });

  test.each<[name: string, body: () => CreateBody]>([
    ['without files', () => bodyOf(shellPod('echo ran; exec sleep 600'))],
    ['with files', () => fileVolumes('cat /files/word; exec sleep 600')],
  ])('a /create that comes again, and ten at once, are one pod %s', async (_name, make) => {
    const body = make();
    const atOnce = await Promise.all(Array.from({ length: 10 }, () => create(body)));
    const again = await create(body);
    const jobIds = new Set([...atOnce, again].map((answer) => (answer.json() as { PodJID: string }).PodJID));
    expect([...atOnce, again].map(({ status }) => status)).toEqual(Array.from({ length: 11 }, () => 200));
    expect(jobIds.size).toBe(1);
    const pod = await node.create(body);
    await pod.untilPhase('Running');
    expect(await containersOf(body)).toEqual([expect.stringMatching(/k8s_POD_/) as string, expect.stringMatching(/k8s_main_/) as string]);
    expect((await pod.status()).containers[0]?.restartCount).toBe(0);
    await eventually(async () => (await pod.log()) === 'ran\n');
    await pod.delete();
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('a UID whose delete has come is not created again', async () => {
    const body = bodyOf(shellPod('true'));
    expect((await create(body)).status).toBe(200);
    expect((await remove(body)).status).toBe(200);
    const again = await create(body);
    expect([again.status, again.text]).toEqual([410, expect.stringContaining('deleted')]);
    expect(await statusesOf(body)).toEqual([]);
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('a delete before its create is 404, and the create is refused from then on', async () => {
    const body = bodyOf(shellPod('true'));
    const unknown = await remove(body);
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('No containers found for UUID')]);
    expect((await create(body)).status).toBe(410);
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('a second delete, after the first and together with it, is a success', async () => {
    const body = bodyOf(shellPod('exec sleep 600'));
    await create(body);
    const together = await Promise.all([remove(body), remove(body)]);
    expect([...together, await remove(body)].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('a delete of a pod that was refused is 404 and harms nothing', async () => {
    const body = bodyOf(shellPod('true', { hostNetwork: true }));
    expect((await create(body)).status).toBe(403);
    expect((await remove(body)).status).toBe(404);
  });

  test.each<[moment: string, isIt: (call: ProxiedCall) => boolean]>([
    ['the sandbox is created', ({ path, query }) => path === '/containers/create' && query.get('name')?.startsWith('k8s_POD_') === true],
    ['its files are written', ({ method }) => method === 'PUT'],
    ['it is accepted', ({ path }) => path.endsWith('/rename')],
    ['its container is created', ({ path, query }) => path === '/containers/create' && query.get('name')?.startsWith('k8s_main_') === true],
    ['its container is started', ({ path }) => path.endsWith('/start')],
  ])('a delete wins that comes while %s, and nothing stays', async (_moment, isIt) => {
    const body = fileVolumes('exec sleep 600');
    let deletion: Promise<Answer> | undefined;
    const disarm = proxy.beforeCall(isIt, async () => {
      if (deletion !== undefined) return;
      deletion = remove(body);
      // The plugin has the delete once it refuses to create the pod.
      await eventually(async () => (await create(body, AbortSignal.timeout(200))).status === 410);
    });
    const created = await create(body);
    const removed = await eventually(() => deletion);
    disarm();
    expect([200, 410]).toContain(created.status);
    expect(removed.status).toBe(200);
    expect((await create(body)).status).toBe(410);
    expect(await podObjects(node, engine)).toEqual([]);
  });
});
