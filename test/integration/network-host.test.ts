/** Pods on the network of the host, as they see it and as the host sees them. */
import { hostname, networkInterfaces } from 'node:os';
import { DEFAULT_POD_SECURITY, DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const OPEN: Partial<NodePolicy> = { podSecurity: { ...DEFAULT_POD_SECURITY, allowed: { ...DEFAULT_POD_SECURITY.allowed, hostNetwork: true } } };
const BOTH: [how: string, more: Partial<PodSpec>][] = [['alone', {}], ['in a sandbox', { initContainers: [shell('init', 'true')] }]];

describeWithEngine('the network of the host', (engine) => {
  let node: TestNode;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    node = await TestNode.start(engine, { policy: OPEN });
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.delete()));
  });
  afterAll(() => node.remove());

  async function run(spec: Partial<PodSpec>, on = node, name = 'hosted'): Promise<TestPod> {
    const pod = await on.create(podFile({ hostNetwork: true, containers: [], ...spec }, { name }));
    pods.push(pod);
    return pod;
  }

  test('P59: it is refused where the operator has not opened it', async () => {
    const closed = await TestNode.start(engine);
    await expect(run({ containers: [shell('main', 'true')] }, closed)).rejects.toMatchObject({ status: 403, message: expect.stringContaining('pod.spec.hostNetwork: ') as string });
    await closed.remove();
  });

  test.each(BOTH)('P59: the pod has the name and the addresses of its host, and is told one of them: %s', async (_how, more) => {
    const env = ['status.podIP', 'status.hostIP'].map((fieldPath) => ({ name: fieldPath === 'status.podIP' ? 'POD' : 'HOST', valueFrom: { fieldRef: { fieldPath } } }));
    const pod = await run({ hostname: 'other', subdomain: 'sub', containers: [shell('main', 'hostname; ip -4 -o addr | awk \'{ split($4, a, "/"); print a[1] }\'; echo "told $POD $HOST"', { env })], ...more });
    await pod.untilPhase('Succeeded');
    const [name, ...addresses] = (await pod.log('main')).trim().split('\n');
    expect(name).toBe(hostname());
    const ofHost = Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address);
    expect(addresses).toEqual(expect.arrayContaining(['127.0.0.1']));
    expect(ofHost).toEqual(expect.arrayContaining(['127.0.0.1']));
    const told = /^told (\S+) (\S+)$/.exec(addresses.at(-1) ?? '');
    // interLink's own addresses may stand in the variables; ours are the host's.
    expect(told?.[1]).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(ofHost).toContain(told?.[2]);
  });

  test.each(BOTH)('P58 P59: its ports are the host’s, and nobody else’s: %s', async (_how, more) => {
    const port = await freePort();
    const server = shell('main', `mkdir /www; echo hosted > /www/index.html; httpd -f -p ${port} -h /www & trap "exit 0" TERM; while :; do sleep 0.1; done`, { ports: [{ containerPort: port }] });
    await run({ containers: [server], ...more });
    await eventually(async () => ((await fetch(`http://127.0.0.1:${port}/index.html`).then((answer) => answer.text(), () => '')) === 'hosted\n' ? true : undefined));
    await expect(run({ containers: [server] }, node, 'second')).rejects.toMatchObject({ status: 422, message: expect.stringContaining(`port ${port}/TCP of the host is taken by the pod default/hosted`) as string });
  });

  test('P59 P61: ClusterFirst is the host’s own DNS there, and ClusterFirstWithHostNet the cluster’s', async () => {
    const cluster = await TestNode.start(engine, { policy: { ...OPEN, network: { ...DEFAULT_POLICY.network, dns: { servers: ['192.0.2.53'], domain: 'cluster.local' } } } });
    const say = async (dnsPolicy: string): Promise<string> => {
      const pod = await run({ dnsPolicy, containers: [shell('main', 'cat /etc/resolv.conf')] }, cluster);
      await pod.untilPhase('Succeeded');
      return pod.log('main');
    };
    try {
      expect(await say('ClusterFirst')).not.toContain('192.0.2.53');
      expect(await say('ClusterFirstWithHostNet')).toMatch(/^search default\.svc\.cluster\.local .*\nnameserver 192\.0\.2\.53\noptions ndots:5$/m);
    } finally {
      await Promise.all(pods.splice(0).map((pod) => pod.delete()));
      await cluster.remove();
    }
  });

  test('P59: a plugin that comes later has it still', async () => {
    let own = await TestNode.start(engine, { policy: OPEN });
    try {
      const pod = await run({ restartPolicy: 'Always', containers: [shell('main', 'echo up; trap "exit 0" TERM; while :; do sleep 0.1; done'), shell('side', 'trap "exit 0" TERM; while :; do sleep 0.1; done')] }, own);
      await pod.untilPhase('Running');
      await own.stop();
      own = await TestNode.start(engine, { policy: OPEN, node: own.name });
      const known = own.know(pod);
      pods.splice(0, pods.length, known);
      await known.untilPhase('Running');
      const { containerID = '' } = await known.containerStatus('main');
      await own.engine.killContainer(containerID.replace('docker://', ''), 'SIGTERM');
      await known.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
    } finally {
      await Promise.all(pods.splice(0).map((pod) => pod.delete().catch(() => undefined)));
      await own.remove();
    }
  });
});
