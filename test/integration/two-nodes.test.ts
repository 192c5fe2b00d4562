import { FIRST_VIEW, makeStamp, toCreateBody, toDeletePod, toLogBody, toStatusPod } from '../../src/caller/index.js';
import { describeWithEngine, objectsOfNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { callNode, podObjects } from '../support/raw-calls.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('two plugins with different node names on one engine', (engine) => {
  let [ours, theirs]: TestNode[] = [];
  const one = (): TestNode => ours as TestNode;
  const other = (): TestNode => theirs as TestNode;
  beforeAll(async () => {
    ours = await TestNode.start(engine);
    theirs = await TestNode.start(engine);
  });
  afterAll(async () => {
    await one().remove();
    await other().remove();
  });

  const running = async (node: TestNode, word: string): Promise<TestPod> => {
    const pod = await node.create(shellPod(`echo ${word}; exec sleep 600`));
    await pod.untilPhase('Running');
    return pod;
  };
  const statusOf = async (node: TestNode, { pod }: TestPod): Promise<unknown> => (await callNode(node, 'GET', '/status', [toStatusPod(pod, undefined, FIRST_VIEW)])).json();

  test('a pod of one is not there for the other: no status, no log, nothing to delete', async () => {
    const pod = await running(one(), 'here');
    expect(await statusOf(other(), pod)).toEqual([]);
    expect((await callNode(other(), 'GET', '/getLogs', toLogBody(pod.pod, 'main'))).status).toBe(404);
    const deleted = await callNode(other(), 'POST', '/delete', toDeletePod(pod.pod, undefined, FIRST_VIEW, new Date()));
    expect([deleted.status, deleted.text]).toEqual([404, expect.stringContaining('No containers found for UUID') as string]);
    expect(await pod.containerStatus('main')).toMatchObject({ state: { running: { startedAt: expect.any(String) as string } } });
    expect(await pod.log()).toBe('here\n');
    await pod.delete();
  });

  test('pods of one name in one namespace live side by side, on networks of their own', async () => {
    const [mine, yours] = [await running(one(), 'mine'), await running(other(), 'yours')];
    expect([mine.pod.metadata.name, mine.pod.metadata.namespace]).toEqual([yours.pod.metadata.name, yours.pod.metadata.namespace]);
    const networks = await Promise.all([one(), other()].map(async (node) => (await objectsOfNode(node.name, engine.endpoint)).networks));
    expect(networks.map((own) => own.length)).toEqual([1, 1]);
    await mine.delete();
    expect(await podObjects(one(), engine)).toEqual([]);
    expect(await yours.containerStatus('main')).toMatchObject({ state: { running: { startedAt: expect.any(String) as string } } });
    expect(await yours.log()).toBe('yours\n');
    await yours.delete();
  });

  test('what one does not know after its start, it leaves alone', async () => {
    const pod = await running(other(), 'kept');
    const name = one().name;
    await one().stop();
    ours = await TestNode.start(engine, { node: name });
    // Until it has seen the engine it refuses to answer.
    expect(await eventually(() => statusOf(one(), pod))).toEqual([]);
    expect((await pod.containerStatus('main')).restartCount).toBe(0);
    expect(await pod.log()).toBe('kept\n');
    await pod.delete();
    expect(await other().leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('one UID at both is refused by the second, whose files do not reach the first', async () => {
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const file = (word: string) =>
      podFile(
        { volumes: [{ name: 'work', configMap: { name: 'words' } }], containers: [shell('main', 'while :; do cat /work/word; sleep 0.2; done', { volumeMounts })] },
        { configMaps: [{ metadata: { name: 'words', namespace: 'default' }, data: { word } }] },
      );
    const stamp = makeStamp(new Date());
    const pod = await one().create(toCreateBody(file('mine\n'), stamp));
    await pod.untilPhase('Running');
    const refused = await callNode(other(), 'POST', '/create', toCreateBody(file('yours\n'), stamp));
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(`of the node ${one().name}`) as string]);
    expect(await podObjects(other(), engine)).toEqual([]);
    await eventually(async () => (await pod.log()).split('\n').length > 5);
    expect(new Set((await pod.log()).trim().split('\n'))).toEqual(new Set(['mine']));
    await pod.delete();
  });
});
