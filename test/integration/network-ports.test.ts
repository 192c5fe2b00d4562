/** Ports of the host that pods have: asked from the host and from a peer, wanted twice, and taken by somebody else. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { DEFAULT_POD_SECURITY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort, listenOn } from '../support/free-port.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

type Port = NonNullable<PodSpec['containers'][number]['ports']>[number];

const OPEN: Partial<NodePolicy> = { podSecurity: { ...DEFAULT_POD_SECURITY, allowed: { ...DEFAULT_POD_SECURITY.allowed, hostPorts: { first: 1024, last: 65_535 } } } };
const SERVE = 'mkdir /www; echo "hello of $HOSTNAME" > /www/index.html; httpd -f -p 80 -h /www & trap "exit 0" TERM; while :; do sleep 0.1; done';

/** What a server of the host says; `undefined`: there is none. */
async function ask(port: number, address = '127.0.0.1'): Promise<string | undefined> {
  try {
    return (await (await fetch(`http://${address}:${port}/index.html`, { signal: AbortSignal.timeout(3_000) })).text()).trim();
  } catch {
    return undefined;
  }
}

describeWithEngine('ports of the host', (engine) => {
  let node: TestNode;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    node = await TestNode.start(engine, { policy: OPEN });
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.delete()));
  });
  afterAll(() => node.remove());

  async function serving(port: Port, { on = node, name = 'server', ...more }: Partial<PodSpec> & { on?: TestNode; name?: string } = {}): Promise<TestPod> {
    const pod = await on.create(podFile({ restartPolicy: 'Always', containers: [shell('main', SERVE, { ports: [port] })], ...more }, { name }));
    pods.push(pod);
    return pod;
  }

  test.each<[how: string, more: Partial<PodSpec>]>([['alone', {}], ['in a sandbox', { initContainers: [shell('init', 'true')] }]])('P58: the host and a peer reach a pod by its port, also after a restart of the container: %s', async (_how, more) => {
    const hostPort = await freePort();
    const pod = await serving({ containerPort: 80, hostPort }, more);
    await pod.untilPhase('Running');
    await eventually(async () => ((await ask(hostPort)) === 'hello of server' ? true : undefined));
    const script = `gateway=$(ip route | awk '/^default/ { print $3 }'); printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 5 "$gateway" ${hostPort} | tail -1`;
    const peer = await node.create(podFile({ containers: [shell('main', script)] }, { name: 'peer' }));
    pods.push(peer);
    await peer.untilPhase('Succeeded');
    expect(await peer.log()).toBe('hello of server\n');
    const { containerID = '' } = await pod.containerStatus('main');
    await node.engine.killContainer(containerID.replace('docker://', ''), 'SIGTERM');
    await pod.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
    await eventually(async () => ((await ask(hostPort)) === 'hello of server' ? true : undefined));
  });

  test('P58: a port on one address is on no other, and UDP is not TCP', async () => {
    const hostPort = await freePort();
    const pod = await serving({ containerPort: 80, hostPort, hostIP: '127.0.0.2' });
    const other = await serving({ containerPort: 80, hostPort, protocol: 'UDP' }, { name: 'other' });
    await pod.untilPhase('Running');
    await other.untilPhase('Running');
    await eventually(async () => ((await ask(hostPort, '127.0.0.2')) === 'hello of server' ? true : undefined));
    expect(await ask(hostPort)).toBeUndefined();
    const socket = createSocket('udp4').bind(hostPort, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EADDRINUSE');
  });

  if (!/^SCTP /m.test(readFileSync('/proc/net/protocols', 'utf8'))) skipAloud('P58: ports of SCTP', 'the kernel has no SCTP');
  else {
    test('P58: a port of SCTP is published', async () => {
      const pod = await serving({ containerPort: 80, hostPort: await freePort(), protocol: 'SCTP' });
      await pod.untilPhase('Running');
    });
  }

  test('P58: a second pod that wants it is refused with the field, the port and the pod that has it; then it is free again', async () => {
    const hostPort = await freePort();
    const first = await serving({ containerPort: 80, hostPort }, { name: 'first' });
    const refusal = { status: 422, message: expect.stringContaining(`pod.spec.containers[0].ports[0]: port ${hostPort}/TCP on 127.0.0.1 of the host is taken by the pod default/first`) as string };
    await expect(serving({ containerPort: 8080, hostPort, hostIP: '127.0.0.1' })).rejects.toMatchObject(refusal);
    await first.delete();
    pods.splice(0);
    const second = await serving({ containerPort: 80, hostPort, hostIP: '127.0.0.1' }, { name: 'second' });
    await eventually(async () => ((await ask(hostPort)) === 'hello of second' ? true : undefined));
    expect(second.view.phase).not.toBe('Failed');
  });

  test('P58: a pod that has ended gives its port back, and one that a new plugin finds has it still', async () => {
    const hostPort = await freePort();
    let own = await TestNode.start(engine, { policy: OPEN });
    try {
      const ended = await serving({ containerPort: 80, hostPort }, { on: own, name: 'ended', restartPolicy: 'Never', containers: [shell('main', 'true', { ports: [{ containerPort: 80, hostPort }] })] });
      await ended.untilPhase('Succeeded');
      const lasting = await serving({ containerPort: 80, hostPort }, { on: own, name: 'lasting' });
      await lasting.untilPhase('Running');
      await own.stop();
      own = await TestNode.start(engine, { policy: OPEN, node: own.name });
      pods.splice(0, pods.length, own.know(ended), own.know(lasting));
      await eventually(async () => ((await own.know(lasting).status().catch(() => undefined)) === undefined ? undefined : true));
      await expect(serving({ containerPort: 80, hostPort }, { on: own })).rejects.toMatchObject({ status: 422, message: expect.stringContaining('default/lasting') as string });
      expect(await ask(hostPort)).toBe('hello of lasting');
    } finally {
      await Promise.all(pods.splice(0).map((pod) => pod.delete().catch(() => undefined)));
      await own.remove();
    }
  });

  test.each<[how: string, more: Partial<PodSpec>]>([['alone', {}], ['in a sandbox', { initContainers: [shell('init', 'true')] }]])('P58: a port that somebody else has is waited for, and told of: %s', async (_how, more) => {
    const { port, server } = await listenOn();
    try {
      const pod = await serving({ containerPort: 80, hostPort: port }, { restartPolicy: 'Never', ...more });
      const words = /address already in use|already allocated/;
      await pod.until(({ containers, initContainers }) => [...initContainers, ...containers].some(({ state }) => words.test(state?.waiting?.message ?? '')));
      expect(node.provider.podEvents(pod.uid)).toContainEqual(expect.objectContaining({ type: 'Warning', message: expect.stringMatching(words) as string }));
      server.close();
      const { containers } = await pod.untilPhase('Running', 60_000);
      expect(containers[0]?.restartCount).toBe(0);
      await eventually(async () => ((await ask(port)) === 'hello of server' ? true : undefined));
    } finally {
      server.close();
    }
  });
});
