import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode, type LabelledObjects } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod, type TestPod } from '../support/test-node.js';
import { countFigure } from '../support/thorough.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(180_000);

const HOUR_MS = 60 * 60_000;
const NOTHING = { containers: 0, volumes: 0 };
const PATIENCE = { deadlineMs: 60_000 };

describeWithEngine('a deletion that meets resistance', (engine) => {
  const { endpoint } = engine;
  let name: string;
  let proxy: FaultProxy;
  let node: SteeredNode;
  beforeAll(() => ensureBusybox(endpoint));
  beforeEach(async () => {
    name = uniqueNode('deletes');
    proxy = await FaultProxy.start(endpoint);
    node = await SteeredNode.start({ socketPath: proxy.socketPath, engine: endpoint, node: name, podCidr: '10.224.0.0/16' });
  });
  afterEach(async () => {
    await node.stop();
    await proxy.stop();
    await purgeNode(name, endpoint);
  });

  const pending = async (): Promise<number> => Number(/^interlink_docker_deletions_pending (\d+)$/m.exec(await metrics())?.[1]);
  const metrics = async (): Promise<string> => {
    const answer = await call({ socketPath: new URL(node.caller.url).pathname }, 'GET', '/metrics');
    return answer.text;
  };

  async function running(file = shellPod('exec sleep 1000')): Promise<TestPod> {
    const pod = await node.create(file);
    await pod.untilPhase('Running', 60_000);
    return pod;
  }

  /** Wakes whoever waits, until it holds. */
  async function inTime(holds: () => Promise<boolean>): Promise<void> {
    await eventually(async () => {
      node.clock.wake(100_000);
      return holds();
    }, PATIENCE);
  }

  const isGone = async (pod: TestPod): Promise<boolean> => {
    const { containers, volumes } = await node.leftoversOf(pod);
    return containers + volumes === 0;
  };

  const count = (what: string): void => countFigure({ what: `deletion: ${what}`, count: 1, unit: 'pod', outcome: 'gone at last, pending in the figures until then' });

  test.each<[what: string, isRefused: (call: ProxiedCall) => boolean]>([
    ['the removal of its containers fails again and again', ({ method, path }) => method === 'DELETE' && path.startsWith('/containers/')],
    ['its volume is busy', ({ method, path }) => method === 'DELETE' && path.startsWith('/volumes/')],
  ])('%s', async (what, isRefused) => {
    const pod = await running(podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', "trap '' TERM; while :; do sleep 0.1; done", { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }));
    let refusals = 0;
    const giveIn = proxy.answer((one) => isRefused(one) && ++refusals > 0, 500, { message: 'busy' });
    const deleted = pod.delete();
    await inTime(() => Promise.resolve(refusals >= 6));
    expect([await pending(), await isGone(pod)]).toEqual([1, false]);
    await deleted; // after 100 s of its clock, which has been hurried
    await expect(node.caller.create(pod.body)).rejects.toMatchObject({ status: 410 });
    giveIn();
    await inTime(() => isGone(pod));
    await untilHolds(async () => expect(await pending()).toBe(0));
    count(what);
  });

  test('its network is busy: the pod goes, and the network when the foreign container has left it', async () => {
    const pod = await running();
    const network = `interlink_${name}_default`;
    const { Id } = (await call(endpoint, 'POST', '/containers/create', { body: { Image: 'busybox:1.36', Cmd: ['sleep', '1000'], Labels: { 'interlink.eu/test': name }, HostConfig: { NetworkMode: network } } })).json() as { Id: string };
    try {
      await call(endpoint, 'POST', `/containers/${Id}/start`);
      await pod.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      proxy.restartCount();
      const refused = (): boolean => proxy.calls.some(({ method, path, status }) => method === 'DELETE' && path.startsWith('/networks/') && (status ?? 0) >= 400);
      await eventually(() => {
        node.clock.advance(11 * 60_000);
        return refused();
      }, PATIENCE);
      expect((await call(endpoint, 'GET', `/networks/${network}`)).status).toBe(200);
    } finally {
      await call(endpoint, 'DELETE', `/containers/${Id}?force=1`);
    }
    await eventually(async () => {
      node.clock.advance(11 * 60_000);
      return (await call(endpoint, 'GET', `/networks/${network}`)).status === 404;
    }, PATIENCE);
    count('its network is busy');
  });

  test('its engine is away for an hour', async () => {
    const pod = await running();
    await proxy.refuse();
    const deleted = pod.delete();
    await eventually(() => node.hasOnDisk(pod), PATIENCE);
    node.clock.advance(HOUR_MS);
    await deleted;
    expect(await pending()).toBe(1);
    expect(Number(/^interlink_docker_deletion_oldest_age_seconds (.+)$/m.exec(await metrics())?.[1])).toBeGreaterThan(3600);
    await expect(node.caller.create(pod.body)).rejects.toMatchObject({ status: 410 });
    await proxy.resume();
    await inTime(() => isGone(pod));
    await untilHolds(async () => expect(await pending()).toBe(0));
    count('its engine is away for an hour');
  });

  test('what looks like ours and is not stays, whatever is swept', async () => {
    const labels = { 'io.kubernetes.docker.type': 'helper', 'io.kubernetes.pod.uid': 'gone', 'io.kubernetes.pod.namespace': 'default', 'interlink.eu/test': name };
    const other = { ...labels, 'interlink.eu/node': `${name}-other` };
    const made: string[] = [];
    const lookAlikes = [labels, other].map((Labels, index) => ({ Labels, suffix: `${name}_${index}` }));
    try {
      for (const { Labels, suffix } of lookAlikes) {
        for (const own of [`interlink_helper_${suffix}`, `k8s_POD_web_default_gone_${suffix}`]) {
          made.push(((await call(endpoint, 'POST', `/containers/create?name=${own}`, { body: { Image: 'busybox:1.36', Labels } })).json() as { Id: string }).Id);
        }
        await call(endpoint, 'POST', '/volumes/create', { body: { Name: `k8s_${suffix}_gone_work`, Labels } });
        await call(endpoint, 'POST', '/networks/create', { body: { Name: `interlink_${suffix}`, Labels, Internal: true, IPAM: { Config: [{ Subnet: `10.225.${lookAlikes.findIndex((one) => one.suffix === suffix)}.0/24` }] } } });
      }
      const look = async (): Promise<Record<keyof LabelledObjects, readonly string[]>> => {
        const { containers, volumes, networks } = await objectsOf(`interlink.eu/test=${name}`, endpoint);
        return { containers: containers.toSorted(), volumes: volumes.toSorted(), networks: networks.toSorted() };
      };
      const before = await look();
      expect([before.containers.length, before.volumes.length, before.networks.length]).toEqual([4, 2, 2]);
      const pod = await running();
      for (let round = 0; round < 4; round++) {
        const lists = (): number => proxy.calls.filter(({ path }) => path === '/networks').length;
        const seen = lists();
        node.clock.advance(11 * 60_000);
        await eventually(() => {
          if (lists() > seen) return true;
          node.clock.advance(60_000); // a tidying that was under way plans the next one later
          return false;
        }, PATIENCE);
      }
      await pod.delete();
      expect(await look()).toEqual(before);
      countFigure({ what: "sweep: what looks like ours, without our label or with another node's", count: 8, unit: 'objects', outcome: 'none was touched' });
    } finally {
      for (const id of made) await call(endpoint, 'DELETE', `/containers/${id}?force=1`);
      for (const { suffix } of lookAlikes) {
        await call(endpoint, 'DELETE', `/volumes/k8s_${suffix}_gone_work`);
        await call(endpoint, 'DELETE', `/networks/interlink_${suffix}`);
      }
    }
  });

});
