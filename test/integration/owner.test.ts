import { makeStamp, toCreateBody, toLogBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { startHoldingRegistry } from '../support/holding-registry.js';
import { SAY_ADDRESS, untilTerm } from '../support/pod-scripts.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

describeWithEngine('two plugins of one node name', (engine) => {
  const { endpoint } = engine;
  let name: string;
  /** Everything that the first plugin asks of the engine passes here. */
  let proxy: FaultProxy;
  let first: SteeredNode;
  const started: SteeredNode[] = [];

  beforeAll(() => ensureBusybox(endpoint));
  beforeEach(async () => {
    name = uniqueNode('owner');
    proxy = await FaultProxy.start(endpoint);
    first = await start(proxy.endpoint);
  });
  afterEach(async () => {
    for (const node of started.splice(0)) await node.stop();
    await proxy.stop();
    await purgeNode(name, endpoint);
  });

  /** A plugin that knows what is on the engine. */
  async function start(at = endpoint): Promise<SteeredNode> {
    if (!('socketPath' in at)) throw new Error('these tests need an engine on a unix socket');
    const node = await SteeredNode.start({ socketPath: at.socketPath, engine: endpoint, node: name, podCidr: '10.222.0.0/16' });
    started.push(node);
    await untilServing(node);
    return node;
  }

  async function untilServing(node: SteeredNode): Promise<void> {
    await untilHolds(async () => void (await node.caller.status([node.newPod(shellPod('true')).pod])));
  }

  const refusal = { status: 503, message: expect.stringMatching(/another plugin has claimed/) as string };

  /** Every call of interLink's about a pod gets 503 and the reason, for /getLogs see a test of its own; the ping says that there is room for none. */
  async function expectSuperseded(node: SteeredNode, pod: TestPod): Promise<void> {
    const { caller } = node;
    await eventually(() => caller.status([pod.pod]).then(() => false, () => true));
    expect(await caller.ping()).toMatchObject({ resources: { pods: '0' } });
    await expect(caller.status([pod.pod])).rejects.toMatchObject(refusal);
    await expect(caller.create(toCreateBody(shellPod('true'), makeStamp(new Date())))).rejects.toMatchObject(refusal);
    await expect(caller.delete(pod.pod)).rejects.toMatchObject(refusal);
  }

  /** What the first plugin has changed, or tried to, since `proxy.restartCount()`. */
  const changes = (): readonly string[] => proxy.calls.filter(({ method }) => method !== 'GET' && method !== 'HEAD').map(({ method, path }) => `${method} ${path}`);

  const kill = async (pod: TestPod): Promise<void> => {
    const id = ((await pod.containerStatus('main')).containerID ?? '').slice('docker://'.length);
    expect((await call(endpoint, 'POST', `/containers/${id}/kill`)).status).toBe(204);
  };

  const claim = async (): Promise<{ Id: string } | undefined> => {
    const answer = await call(endpoint, 'GET', `/containers/interlink_owner_${name}/json`);
    return answer.status === 200 ? (answer.json() as { Id: string }) : undefined;
  };

  const firstLine = (pod: TestPod): Promise<string> => eventually(async () => /^(.+)\n/.exec(await pod.log())?.[1]);

  test('the later one takes over: the pods run on and are its own, the earlier one answers 503 and touches nothing', async () => {
    const plain = await first.create(shellPod(`${SAY_ADDRESS}; ${untilTerm(0)}`, { restartPolicy: 'Always' }));
    const pair = await first.create(podFile({ containers: [shell('one', untilTerm(0)), shell('two', untilTerm(0))] }));
    await plain.untilPhase('Running');
    await pair.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));
    const address = await firstLine(plain);
    const before = await first.caller.status([plain.pod, pair.pod]);
    const second = await start();
    await expectSuperseded(first, plain);
    proxy.restartCount();
    expect(await second.caller.status([plain.pod, pair.pod])).toEqual(before);
    const known = second.know(plain);
    await kill(known);
    await known.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
    expect(await firstLine(known)).toBe(address);
    const another = await second.create(shellPod('true'));
    await another.untilPhase('Succeeded');
    first.clock.wake(600_000);
    for (const pod of [known, second.know(pair), another]) {
      await pod.delete();
      expect(await second.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    }
    expect(changes()).toEqual([]);
  });

  test('the third takes over from the second, and the first stays out', async () => {
    const pod = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running');
    const second = await start();
    const third = await start();
    await expectSuperseded(second, pod);
    await expectSuperseded(first, pod);
    await third.know(pod).untilPhase('Running');
    expect((await third.caller.ping()) as object).toHaveProperty('resources');
  });

  test('logs too are read at the later one', async () => {
    const pod = await first.create(shellPod(`echo words; ${untilTerm(0)}`));
    await firstLine(pod);
    const second = await start();
    await expectSuperseded(first, pod);
    expect(await second.know(pod).log()).toBe('words\n');
    const answer = await first.caller.getLogs(toLogBody(pod.pod, '', {})).then((log) => log.destroy() && 'a log', (error: unknown) => error);
    expect(answer).toMatchObject(refusal);
  });

  test('what the earlier one was doing is done by the later one, once', async () => {
    const registry = await startHoldingRegistry();
    const pulling = await first.create(podFile({ restartPolicy: 'Always', containers: [{ ...shell('main', untilTerm(0)), image: registry.image, imagePullPolicy: 'IfNotPresent' }] }));
    const looping = await first.create(shellPod('exit 1', { restartPolicy: 'Always' }));
    const leaving = await first.create(shellPod("trap '' TERM; while :; do sleep 0.1; done", { terminationGracePeriodSeconds: 6 }));
    await leaving.untilPhase('Running');
    await looping.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
    await eventually(() => registry.requests.length > 0);
    leaving.delete().catch(() => undefined); // it is the engine's mark that counts
    await eventually(async () => (await call(endpoint, 'GET', `/containers/k8s_POD_test_default_${leaving.uid}_0_deleting/json`)).status === 200);
    const second = await start();
    await expectSuperseded(first, pulling);
    proxy.restartCount();
    const [, repo, tag] = /^(.*):(.*)$/.exec(registry.image) ?? [];
    await call(endpoint, 'POST', `/images/busybox:1.36/tag?repo=${encodeURIComponent(repo ?? '')}&tag=${tag ?? ''}`);
    registry.release();
    const known = second.know(pulling);
    expect((await known.until(({ containers }) => containers[0]?.state?.running !== undefined)).containers[0]?.restartCount).toBe(0);
    await second.know(looping).until(({ containers }) => containers[0]?.restartCount === 2);
    await untilHolds(async () => expect(await second.leftoversOf(leaving)).toEqual({ containers: 0, volumes: 0 }), { deadlineMs: 30_000 });
    await expect(second.caller.create(leaving.body)).rejects.toMatchObject({ status: 410 });
    expect(changes()).toEqual([]);
    await known.delete();
    await registry.stop();
    await call(endpoint, 'DELETE', `/images/${registry.image}`);
  });

  test('the earlier one is away from the engine meanwhile: it learns of it when it is back', async () => {
    const pod = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running');
    await proxy.refuse();
    const waiting = first.newPod(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    const answer = first.caller.create(waiting.body).then(() => 'created', (error: unknown) => error);
    await eventually(() => first.clock.isWaitedFor(90_000));
    const second = await start();
    proxy.restartCount();
    await proxy.resume();
    await expectSuperseded(first, pod);
    expect(await answer).toMatchObject({ status: 503 });
    const known = second.know(pod);
    await kill(known);
    await known.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
    expect(await second.leftoversOf(waiting)).toEqual({ containers: 0, volumes: 0 });
    expect(changes()).toEqual([]);
  });

  test.each<[way: string, remove: (id: string) => Promise<unknown>]>([
    ['a prune', (id) => call(endpoint, 'DELETE', `/containers/${id}`)],
    ['docker rm -f', (id) => call(endpoint, 'DELETE', `/containers/${id}?force=1`)],
  ])('%s of the claim is no take-over: it is claimed again', async (_way, remove) => {
    const pod = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running');
    for (let round = 0; round < 2; round++) {
      const before = (await claim())?.Id ?? '';
      expect(before).not.toBe('');
      await remove(before);
      await eventually(async () => ((await claim())?.Id ?? before) !== before);
      expect((await pod.status()).containers[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
    }
    const second = await start();
    await expectSuperseded(first, pod);
    await second.know(pod).untilPhase('Running');
  });

  test('a clean stop gives the claim back; that of one which has lost it takes nothing from the other', async () => {
    const pod = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
    await pod.untilPhase('Running');
    const second = await start();
    const held = (await claim())?.Id;
    expect(held).toMatch(/^[0-9a-f]{64}$/);
    await expectSuperseded(first, pod);
    await first.stop();
    expect((await claim())?.Id).toBe(held);
    await second.know(pod).untilPhase('Running');
    await second.stop();
    expect(await claim()).toBeUndefined();
    started.splice(0);
    const third = await start();
    expect((await third.know(pod).untilPhase('Running')).containers[0]?.restartCount).toBe(0);
  });
});
