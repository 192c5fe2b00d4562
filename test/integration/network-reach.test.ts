/** Who reaches whom: pods of one namespace, of others, of a node that shares its network, and pods without outgoing traffic. */
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { listenOn } from '../support/free-port.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const network = (more: Partial<NodePolicy['network']>): Partial<NodePolicy> => ({ network: { ...DEFAULT_POLICY.network, ...more } });
const SERVE = 'hostname -i; while :; do echo reached | nc -l -p 80; done & trap "exit 0" TERM; while :; do sleep 0.1; done';
const NO_EGRESS = { 'interlink.eu/egress': 'false' };

interface Where {
  readonly namespace?: string;
  readonly annotations?: Record<string, string>;
  readonly on?: TestNode;
}

describeWithEngine('who reaches whom', (engine) => {
  let node: TestNode;
  let closed: TestNode;
  let shared: TestNode;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    node = await TestNode.start(engine);
    closed = await TestNode.start(engine, { policy: network({ egress: false }) });
    shared = await TestNode.start(engine, { policy: network({ shared: true }) });
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.delete()));
  });
  afterAll(() => Promise.all([node, closed, shared].map((one) => one.remove())));

  async function run(name: string, script: string, { namespace = 'team', annotations = {}, on = node }: Where = {}): Promise<TestPod> {
    const file = podFile({ containers: [shell('main', script)] }, { name, namespace });
    const pod = await on.create({ ...file, pod: { ...file.pod, metadata: { ...file.pod.metadata, annotations } } });
    pods.push(pod);
    return pod;
  }

  /** A server's address. */
  async function serve(name: string, where: Where = {}): Promise<string> {
    const pod = await run(name, SERVE, where);
    return eventually(async () => /^(10\.213\.\d+\.\d+)\n/.exec(await pod.log())?.[1]);
  }

  /** What a pod that runs to its end says. */
  async function say(script: string, where: Where = {}): Promise<string> {
    const pod = await run(`asker-${pods.length}`, script, where);
    await pod.untilPhase('Succeeded', 60_000);
    return (await pod.log()).trim();
  }

  const dial = (address: string, port = 80): string => `nc -w 3 ${address} ${port} </dev/null 2>&1 | grep -o reached || echo unreached`;
  const resolve = (name: string): string => `nslookup ${name} 2>&1 | awk '/^Address/ { a = $NF } END { print a }'`;

  test('P62: pods of one namespace reach each other by address and name; those of another neither', async () => {
    const ip = await serve('server');
    expect(await say(`${dial(ip)}; ${resolve('server')}`)).toBe(`reached\n${ip}`);
    expect(await say(`${dial(ip)}; nslookup server >/dev/null 2>&1 && echo known || echo unknown`, { namespace: 'others' })).toBe('unreached\nunknown');
  });

  test('P62: on a node that shares its network all reach all', async () => {
    const ip = await serve('server', { on: shared });
    expect(await say(`${dial(ip)}; ${resolve('server')}`, { on: shared, namespace: 'others' })).toBe(`reached\n${ip}`);
    const networks = await node.engine.listNetworks([`interlink.eu/node=${shared.name}`]);
    expect(networks.map(({ Name }) => Name)).toEqual([`interlink_${shared.name}_.shared`]);
  });

  test.each<[by: string, where: () => Where]>([['its annotation', () => ({ annotations: NO_EGRESS })], ['the node', () => ({ on: closed })]])('P63: without outgoing traffic, by %s, a pod reaches its like and the host, and nothing else', async (_by, where) => {
    const [open, like] = [await serve('open'), await serve('like', where())];
    const { port, server } = await listenOn();
    server.removeAllListeners('connection').on('connection', (socket) => socket.end('reached'));
    try {
      const gateway = '$(ip route | awk \'/^default/ { print $3 }\')';
      const script = [dial(like), resolve('like'), dial(open), dial(gateway, port)].join('; ');
      expect((await say(script, where())).split('\n')).toEqual(['reached', like, 'unreached', 'reached']);
      expect(await say(dial(open))).toBe('reached');
    } finally {
      server.close();
    }
  });

  test('P63: what the node gives no pod, no pod can ask for', async () => {
    const asking = run('asking', 'true', { on: closed, annotations: { 'interlink.eu/egress': 'true' } });
    await expect(asking).rejects.toMatchObject({ status: 403, message: expect.stringContaining('pod.metadata.annotations["interlink.eu/egress"]: ') as string });
  });

  test('P63: it stays so after a plugin comes later, and its network was pruned meanwhile', async () => {
    let own = await TestNode.start(engine);
    try {
      const file = podFile({ restartPolicy: 'Always', containers: [shell('main', 'echo up; sleep 1')] }, { name: 'pruned', namespace: 'team' });
      const pod = await own.create({ ...file, pod: { ...file.pod, metadata: { ...file.pod.metadata, annotations: NO_EGRESS } } });
      await pod.until(({ containers }) => (containers[0]?.restartCount ?? 0) >= 1);
      const name = `interlink_${own.name}_team.internal`;
      await own.stop();
      await eventually(async () => {
        await node.engine.removeNetwork(name).catch(() => undefined);
        return node.engine.inspectNetwork(name).then(() => undefined, () => true);
      });
      own = await TestNode.start(engine, { node: own.name });
      await eventually(() => node.engine.inspectNetwork(name).then(({ Internal }) => (Internal ? true : undefined), () => undefined), { deadlineMs: 40_000 });
      await own.know(pod).delete();
    } finally {
      await own.remove();
    }
  });
});
