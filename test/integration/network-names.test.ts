/** What pods are called, and whom they know by which name: asked inside a container, and of a server that the test runs. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { gatewayOf } from '../../src/docker/network/index.js';
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { answerEverything } from '../support/name-server.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const PAUSE = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
const ANSWER = '192.0.2.77';
const inCluster = (server: string): Partial<NodePolicy> => ({ network: { ...DEFAULT_POLICY.network, dns: { servers: [server], domain: 'cluster.local' } } });

describeWithEngine('names of pods', (engine) => {
  let node: TestNode;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.delete()));
  });
  afterAll(() => node.remove());

  async function run(spec: Partial<PodSpec>, script: string, more: { name?: string; namespace?: string } = {}, on = node): Promise<TestPod> {
    const pod = await on.create(podFile({ containers: [shell('main', script)], ...spec }, more));
    pods.push(pod);
    return pod;
  }

  /** What a pod that runs to its end says. */
  async function say(spec: Partial<PodSpec>, script: string, more: { name?: string; namespace?: string } = {}, on = node): Promise<string> {
    const pod = await run(spec, script, more, on);
    await pod.untilPhase('Succeeded');
    return (await pod.log('main')).trim();
  }

  const BOTH: [how: string, more: Partial<PodSpec>][] = [['alone', {}], ['in a sandbox', { initContainers: [shell('init', 'true')] }]];
  const NAMES = 'hostname; hostname -f; grep "$(hostname -i)" /etc/hosts | tr "\\t" " "';

  test.each(BOTH)('P60: a subdomain makes a full name, with which the hosts file begins: %s', async (_how, more) => {
    const [short, full, line] = (await say({ hostname: 'db', subdomain: 'set', ...more }, NAMES, { namespace: 'team' })).split('\n');
    expect([short, full, line]).toEqual(['db', 'db.set.team.svc.cluster.local', expect.stringMatching(/^10\.213\.\d+\.\d+ db\.set\.team\.svc\.cluster\.local db$/)]);
  });

  test.each(BOTH)('P60: the full name is the host name where the pod says so: %s', async (_how, more) => {
    const [name, , line] = (await say({ hostname: 'db', subdomain: 'set', setHostnameAsFQDN: true, ...more }, NAMES)).split('\n');
    expect([name, line]).toEqual(['db.set.default.svc.cluster.local', expect.stringMatching(/ db\.set\.default\.svc\.cluster\.local db$/)]);
  });

  test('P60: a name that overrides stands for itself inside', async () => {
    expect((await say({ hostname: 'db', subdomain: 'set', hostnameOverride: 'own.example.org' }, 'hostname')).split('\n')).toEqual(['own.example.org']);
  });

  test('P60: a full name that is too long is refused by its field', async () => {
    const refusal = await run({ subdomain: 's'.repeat(50), setHostnameAsFQDN: true }, 'true').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, message: expect.stringContaining('pod.spec.setHostnameAsFQDN: ') as string });
  });

  test.each(BOTH)('P60: aliases of the pod are in its hosts file: %s', async (_how, more) => {
    const hostAliases = [{ ip: '192.0.2.1', hostnames: ['one.example', 'two'] }, { ip: '2001:db8::1', hostnames: ['six'] }];
    const said = await say({ hostAliases, ...more }, 'grep -E "one|two|six" /etc/hosts | tr "\\t" " "');
    expect(said.split('\n')).toEqual(['192.0.2.1 one.example', '192.0.2.1 two', '2001:db8::1 six']);
  });

  test('P60 P62: a pod is found by its name, its host name, and both of its names in its subdomain', async () => {
    const target = await run({ hostname: 'db', subdomain: 'set' }, `hostname -i; ${PAUSE}`, { name: 'db-0', namespace: 'team' });
    await target.untilLogged('10.213.');
    const ip = (await target.log()).trim();
    const names = ['db-0', 'db', 'db.set', 'db.set.team.svc.cluster.local'];
    const script = names.map((name) => `nslookup ${name} | awk '/^Address/ { a = $NF } END { print a }'`).join('; ');
    expect((await say({}, script, { namespace: 'team' })).split('\n')).toEqual(names.map(() => ip));
    expect(await say({}, `nslookup db-0 >/dev/null 2>&1 && echo found || echo unknown`, { namespace: 'other' })).toContain('unknown');
  });

  const RESOLV = 'cat /etc/resolv.conf | grep -v "^#"';

  test.each(BOTH)('P61: searches and options are the resolver’s own: %s', async (_how, more) => {
    const dnsConfig = { nameservers: ['192.0.2.53'], searches: ['a.example', 'b.example'], options: [{ name: 'ndots', value: '3' }, { name: 'rotate' }] };
    expect((await say({ dnsPolicy: 'None', dnsConfig, ...more }, RESOLV)).split('\n')).toEqual(['search a.example b.example', 'nameserver 127.0.0.11', 'options ndots:3 rotate']);
  });

  if (process.getuid?.() !== 0) skipAloud('P61: servers of pods', 'a server for names listens on port 53, which is for root');
  else {
    /** A server at an address of the host that every pod reaches; it has seen the names that were asked. */
    async function serve(): Promise<{ address: string; asked: string[]; server: Socket }> {
      const bridge = await node.engine.inspectNetwork('bridge');
      const address = gatewayOf(bridge.Subnets[0] ?? '');
      const server = createSocket('udp4');
      const asked: string[] = [];
      server.on('message', (question, { address: to, port }) => server.send(answerEverything(question, ANSWER, asked), port, to));
      server.bind(53, address);
      await once(server, 'listening');
      return { address, asked, server };
    }

    test('P61: a pod asks the servers it names, of None as of ClusterFirst of a node that has the cluster’s', async () => {
      const { address, asked, server } = await serve();
      const cluster = await TestNode.start(engine, { policy: inCluster(address) }).catch((error: unknown) => {
        server.close();
        throw error;
      });
      try {
        const dnsConfig = { nameservers: [address] };
        const own = await say({ dnsPolicy: 'None', dnsConfig }, 'nslookup -type=a none.example | tail -3', { namespace: 'dns' }, cluster);
        expect(own).toContain(ANSWER);
        const ours = await say({}, `nslookup -type=a first.example. | tail -3; ${RESOLV}`, { namespace: 'dns' }, cluster);
        expect(ours).toContain(ANSWER);
        expect(ours.split('\n').slice(-3)).toEqual(['search dns.svc.cluster.local svc.cluster.local cluster.local', 'nameserver 127.0.0.11', 'options ndots:5']);
        await say({ dnsPolicy: 'Default' }, 'nslookup -type=a default.example >/dev/null 2>&1; true', { namespace: 'dns' }, cluster);
        await eventually(() => Promise.resolve(asked.includes('first.example') ? true : undefined));
        expect(asked).toEqual(expect.arrayContaining(['none.example', 'first.example']));
        expect(asked).not.toContain('default.example');
      } finally {
        server.close();
        await Promise.all(pods.splice(0).map((pod) => pod.delete().catch(() => undefined)));
        await cluster.remove();
      }
    });
  }
});
