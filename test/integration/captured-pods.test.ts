import { capturedCreate, NO_PULL } from '../support/captured-create.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { startHoldingRegistry } from '../support/holding-registry.js';
import { callNode, podObjects } from '../support/raw-calls.js';
import { TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

/** `name: state` of every container, with exit codes. */
type States = Readonly<Record<string, string>>;

describeWithEngine('pods as the real interLink sends them', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(async () => {
    await node.remove();
  });

  async function statesOf(pod: TestPod): Promise<States> {
    const { initContainers, containers } = await pod.status();
    return Object.fromEntries(
      [...initContainers, ...containers].map(({ name, state }) => [name, state?.terminated ? `ended ${state.terminated.exitCode}` : state?.running ? 'running' : `waiting ${state?.waiting?.reason ?? ''}`]),
    );
  }

  async function deleteWhole(pod: TestPod): Promise<void> {
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  }

  test('quickstart: it runs with a token and succeeds', async () => {
    const pod = await node.create(capturedCreate('quickstart', { 'sleep 10 && echo all done': 'cd /var/run/secrets/kubernetes.io/serviceaccount && cat namespace && [ -s token ] && [ -s ca.crt ] && sleep 1 && echo all done' }));
    await pod.untilPhase('Running');
    await pod.untilPhase('Succeeded');
    expect(await statesOf(pod)).toEqual({ main: 'ended 0' });
    expect(await pod.log()).toBe('defaultall done\n');
    await deleteWhole(pod);
  });

  test('multi: three containers live as long as their commands', async () => {
    const graceSeconds = '"terminationGracePeriodSeconds": ';
    const pod = await node.create(capturedCreate('multi', { ...NO_PULL, 'sleep 20': 'sleep 1', [`${graceSeconds}30`]: `${graceSeconds}1` }));
    await pod.until(({ containers }) => containers.every(({ name, state }) => (name === 'writer' ? state?.terminated : state?.running)));
    expect(await statesOf(pod)).toEqual({ web: 'running', writer: 'ended 0', plain: 'running' });
    expect(pod.view.phase).toBe('Running');
    await deleteWhole(pod);
  });

  test('failing: the pod is Failed, and each container keeps its exit code', async () => {
    const pod = await node.create(capturedCreate('failing'));
    await pod.untilPhase('Failed');
    expect(await statesOf(pod)).toEqual({ good: 'ended 0', bad: 'ended 3' });
    expect(await pod.log('bad')).toBe('oh no\n');
    await deleteWhole(pod);
  });

  test('initfailing: the pod is Failed, and what comes after never runs', async () => {
    const pod = await node.create(capturedCreate('initfailing'));
    const { initContainers, containers } = await pod.untilPhase('Failed');
    expect(initContainers[0]?.state?.terminated?.exitCode).toBe(1);
    expect([initContainers[1], containers[0]].map((status) => status?.containerID ?? '')).toEqual(['', '']);
    expect(await pod.log('main')).toBe('');
    await deleteWhole(pod);
  });

  test('longrun: it runs until it is deleted, and is gone then', async () => {
    const pod = await node.create(capturedCreate('longrun'));
    await pod.untilPhase('Running');
    const log = pod.log('main', { Follow: true });
    await deleteWhole(pod);
    expect(await log).toMatch(/ UTC \d{4}\n/);
  });

  test('waiting: an image that cannot be had keeps the pod waiting with the reason, and never fails it', async () => {
    const registry = await startHoldingRegistry();
    registry.release();
    const pod = await node.create(capturedCreate('waiting', { 'registry.example/absent': registry.image }));
    const reasons: string[] = [];
    await pod.until(({ containers: [main] }) => {
      expect(main?.state?.terminated).toBeUndefined();
      const { reason = '', message = '' } = main?.state?.waiting ?? {};
      if (/^(ErrImagePull|ImagePullBackOff)$/.test(reason) && reasons.at(-1) !== reason) {
        reasons.push(reason);
        expect(message).toMatch(/not found|unknown|there is nothing here/);
      }
      return reasons.includes('ImagePullBackOff');
    });
    expect(reasons.slice(0, 2)).toEqual(['ErrImagePull', 'ImagePullBackOff']);
    expect(pod.view.phase).toBe('Pending');
    expect(await pod.log()).toBe('');
    await deleteWhole(pod);
    await registry.stop();
  });

  test.each(['full', 'full-skipdownward'])('%s: with its files, variables, probes and hooks it is ready, and goes', async (name) => {
    const serve = { 'python:3.11-alpine': 'busybox:1.36', '"python"': '"sh"', 'import time; time.sleep(60)': 'cat /data/colour; echo; touch /data/index.html; exec httpd -f -p 8080 -h /data' };
    const pod = await node.create(capturedCreate(name, serve));
    const { containers } = await pod.until(({ containers: all }) => all.every(({ ready, started }) => ready && started), 60_000);
    expect(containers.map((container) => container.name)).toEqual(['app', 'side']);
    expect(pod.view.phase).toBe('Running');
    expect(await pod.log('app')).toBe('teal\n');
    expect(await pod.log('side')).toContain('me and');
    await deleteWhole(pod);
  });

  test.each<[name: string, status: number, field: RegExp]>([
    ['gpu', 400, /pod\.spec\.containers\[0\]\.resources\.limits\["nvidia\.com\/gpu"\]/],
  ])('%s is refused by the name of the field until it can be had, and leaves nothing', async (name, status, field) => {
    await expect(node.create(capturedCreate(name))).rejects.toMatchObject({ name: 'PluginRefused', status, message: expect.stringMatching(field) as string });
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('the older form, a list, is answered by a list', async () => {
    const [first, second] = [capturedCreate('failing'), capturedCreate('longrun')];
    const answer = await callNode(node, 'POST', '/create', [first, { pod: second.pod }]);
    expect([answer.status, answer.json()]).toEqual([200, [first, second].map(({ pod }) => ({ PodUID: pod.metadata.uid, PodJID: expect.stringMatching(/./) as string }))]);
    for (const { pod } of [first, second]) expect((await callNode(node, 'POST', '/delete', pod)).status).toBe(200);
    expect(await podObjects(node, engine)).toEqual([]);
  });
});
