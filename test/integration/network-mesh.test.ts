/** The helper that runs interLink's script for a pod's network: seen from inside the pod, in its status, and by a later plugin. */
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { BUSYBOX } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

const PRE_EXEC = 'slurm-job.vk.io/pre-exec';
const TUNNEL = 'interlink.eu/wstunnel-client-commands';
const MESH: Partial<NodePolicy> = { network: { ...DEFAULT_POLICY.network, meshImage: BUSYBOX } };
const STAY = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
const SECRET = 'k3y-of-the-m3sh';

describeWithEngine('the helper of a pod’s mesh', (engine) => {
  let node: TestNode;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    node = await TestNode.start(engine, { policy: MESH });
  });
  afterEach(async () => {
    await Promise.all(pods.splice(0).map((pod) => pod.delete()));
  });
  afterAll(() => node.remove());

  async function run(script: string, annotations: Record<string, string>, more: Partial<PodSpec> = {}, on = node): Promise<TestPod> {
    const file = podFile({ containers: [shell('main', script)], ...more });
    const pod = await on.create({ ...file, pod: { ...file.pod, metadata: { ...file.pod.metadata, annotations } } });
    pods.push(pod);
    return pod;
  }

  const helpersOf = async (pod: TestPod): Promise<{ Id: string; State: string }[]> => {
    const filters = encodeURIComponent(JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.container.name=MESH'] }));
    return (await call(engine.endpoint, 'GET', `/containers/json?all=1&filters=${filters}`)).json() as { Id: string; State: string }[];
  };

  test('P64: what the script does to the network is there before the pod’s own programs, and no container of the pod', async () => {
    const script = `# ${SECRET}\nip addr add 10.99.0.1/32 dev lo\nnc -ll -p 7070 -e echo meshed &`;
    const pod = await run(`ip addr show lo | grep -o 10.99.0.1; nc -w 2 10.99.0.1 7070; env | grep -c INTERLINK; ${STAY}`, { [PRE_EXEC]: script });
    const { initContainers, containers } = await pod.untilPhase('Running');
    expect([initContainers, containers.map(({ name }) => name)]).toEqual([[], ['main']]);
    await pod.untilLogged('meshed');
    expect((await pod.log()).trim().split('\n')).toEqual(['10.99.0.1', 'meshed', '0']);
    const [helper] = await helpersOf(pod);
    expect(JSON.stringify((await call(engine.endpoint, 'GET', `/containers/json?filters=${encodeURIComponent(JSON.stringify({ id: [helper?.Id] }))}`)).json())).not.toContain(SECRET);
    const top = await call(engine.endpoint, 'GET', `/containers/${helper?.Id}/top?ps_args=axww`);
    expect(top.text).toContain('nc');
    expect(top.text).not.toContain(SECRET);
    await pod.delete();
    pods.splice(0);
    const { containers: left } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, engine.endpoint);
    expect(left).toEqual([]);
  });

  test('P64: a pod that has ended stops its helper, and tells of its own containers only', async () => {
    const pod = await run('echo done', { [TUNNEL]: 'sleep 1000 &' }, { initContainers: [shell('init', 'true')] });
    const { initContainers, containers } = await pod.untilPhase('Succeeded', 60_000);
    expect([...initContainers, ...containers].map(({ name, state }) => [name, state?.terminated?.exitCode])).toEqual([['init', 0], ['main', 0]]);
    expect((await helpersOf(pod)).map(({ State }) => State)).toEqual(['exited']);
  });

  test('P64: interLink’s mesh, made for a namespace of its own, works in the pod’s', async () => {
    // The test image's shell runs programs of its own in place of those of the path, so this one names the path.
    const mesh = ['#!/bin/sh', 'set -e', 'cat > slirp.sh <<EOS', '#!/bin/sh', 'set -e', 'echo "nameserver 192.0.2.53" > /tmp/resolv.conf', '$TMPDIR/bin/mount --bind /tmp/resolv.conf /etc/resolv.conf', '$TMPDIR/bin/mount --make-rprivate /', 'ip addr add 10.7.0.2/32 dev lo', '\\$@', 'EOS', 'chmod +x slirp.sh', '$TMPDIR/bin/unshare --user --map-root-user --net --mount ./slirp.sh "$@" &', 'wait $!'];
    const pod = await run('ip addr show lo | grep -o 10.7.0.2; grep nameserver /etc/resolv.conf', { [PRE_EXEC]: `cat <<'EOFMESH' > $TMPDIR/mesh.sh\n${mesh.join('\n')}\nEOFMESH\n` });
    await pod.untilPhase('Succeeded', 60_000);
    expect((await pod.log()).trim().split('\n')).toEqual(['10.7.0.2', 'nameserver 192.0.2.53']);
  });

  test('P64: a script that fails is told of by who waits for it, and in events, and run again', async () => {
    const pod = await run('true', { [PRE_EXEC]: 'echo "no way to the cluster" >&2\nexit 3' });
    const { containers } = await pod.until((status) => /no way to the cluster/.test(status.containers[0]?.state?.waiting?.message ?? ''), 60_000);
    expect(containers[0]?.state?.waiting?.message).toMatch(/exit code 3/);
    expect(node.provider.podEvents(pod.uid)).toContainEqual(expect.objectContaining({ container: 'MESH' }));
    await eventually(async () => ((await helpersOf(pod)).length > 1 ? true : undefined), { deadlineMs: 40_000 });
  });

  test('P64: a helper that ends is started again beside the pod, also by a plugin that comes later', async () => {
    let own = await TestNode.start(engine, { policy: MESH });
    try {
      const pod = await run(STAY, { [TUNNEL]: 'sleep 1000 &' }, { restartPolicy: 'Always' }, own);
      await pod.untilPhase('Running', 60_000);
      await own.stop();
      own = await TestNode.start(engine, { policy: MESH, node: own.name });
      const known = own.know(pod);
      pods.splice(0, pods.length, known);
      const { initContainers, containers } = await known.untilPhase('Running');
      expect([initContainers, containers.map(({ restartCount }) => restartCount)]).toEqual([[], [0]]);
      const [first] = await helpersOf(pod);
      await own.engine.killContainer(first?.Id ?? '', 'SIGKILL');
      await eventually(async () => ((await helpersOf(pod)).some(({ Id, State }) => Id !== first?.Id && State === 'running') ? true : undefined), { deadlineMs: 40_000 });
      expect((await known.status()).containers.map(({ restartCount, state }) => [restartCount, state?.running !== undefined])).toEqual([[0, true]]);
    } finally {
      await Promise.all(pods.splice(0).map((pod) => pod.delete().catch(() => undefined)));
      await own.remove();
    }
  });

  test('P64: without an image for it nothing runs, and the pod’s events say so', async () => {
    const plain = await TestNode.start(engine);
    try {
      const pod = await run('ip addr show lo | grep -c 10.99.0.1', { [PRE_EXEC]: 'ip addr add 10.99.0.1/32 dev lo' }, {}, plain);
      await pod.untilPhase('Failed');
      expect(await pod.log()).toBe('0\n');
      expect(plain.provider.podEvents(pod.uid)).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'FieldNotHonoured', message: expect.stringMatching(/^pod\.metadata\.annotations\["slurm-job\.vk\.io\/pre-exec"\]: .*Network\.MeshImage/) as string }));
    } finally {
      await Promise.all(pods.splice(0).map((pod) => pod.delete().catch(() => undefined)));
      await plain.remove();
    }
  });
});
