import type { PodSpec } from '../../src/kube/index.js';
import { DEFAULT_RESOURCE_POLICY } from '../../src/docker/node/index.js';
import { TEST_IMAGE } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, type TestPod, TestNode } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const MEBI = 2 ** 20;

/** What a container sees of its own limits, a line each; the same on both versions of cgroups. */
const LOOK = [
  'c=/sys/fs/cgroup',
  'v2() { [ -f $c/cgroup.controllers ]; }',
  'echo memory $(cat $c/memory/memory.limit_in_bytes 2>/dev/null || cat $c/memory.max)',
  'echo quota $(cat $c/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d" " -f1 $c/cpu.max)',
  'echo period $(cat $c/cpu/cpu.cfs_period_us 2>/dev/null || cut -d" " -f2 $c/cpu.max)',
  // Version 2 knows weights of 1 to 10000; the runtime scales what is asked for.
  'if v2; then echo weight $(cat $c/cpu.weight); else echo shares $(cat $c/cpu/cpu.shares); fi',
  'echo pids $(cat $c/pids/pids.max 2>/dev/null || cat $c/pids.max)',
  'echo oom $(cat /proc/self/oom_score_adj)',
  'echo files $(ulimit -n) $(ulimit -Hn)',
  'echo shm $(df -k /dev/shm | tail -n 1 | awk "{print \\$2}")',
].join('\n');

type Container = Partial<PodSpec['containers'][number]>;

describeWithEngine('resources as a container sees them', (engine) => {
  let node: TestNode;
  let strict: TestNode;
  let totalBytes: number;
  beforeAll(async () => {
    const limits = { pidsPerContainer: 50, shmSizeBytes: 32 * MEBI, ulimits: [{ name: 'nofile', soft: 1000, hard: 2000 }] };
    node = await TestNode.start(engine);
    strict = await TestNode.start(engine, { policy: { resources: { ...DEFAULT_RESOURCE_POLICY, ...limits } } });
    totalBytes = (await node.engine.info()).memoryBytes;
  });
  afterAll(async () => {
    await Promise.all([node.remove(), strict.remove()]);
  });

  /** What each container of a pod sees, by its name. */
  async function look(containers: Readonly<Record<string, Container>>, spec: Partial<PodSpec> = {}, on = node): Promise<Record<string, Record<string, string>>> {
    const pod = await on.create(podFile({ containers: Object.entries(containers).map(([name, more]) => shell(name, LOOK, more)), ...spec }));
    await pod.untilPhase('Succeeded');
    const seen = await Promise.all(Object.keys(containers).map(async (name) => [name, toFacts(await pod.log(name))] as const));
    await end(pod, on);
    return Object.fromEntries(seen);
  }

  async function end(pod: TestPod, on = node): Promise<void> {
    await pod.delete();
    expect(await on.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  }

  function toFacts(log: string): Record<string, string> {
    return Object.fromEntries(log.trimEnd().split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  }

  /** Where cgroups have version 2 there is a weight instead of shares. */
  function expectShares(seen: Record<string, string> | undefined, shares: number): void {
    if (seen?.['weight'] === undefined) expect(seen).toMatchObject({ shares: String(shares) });
    else expect(Number(seen['weight'])).toBe(1 + Math.floor(((shares - 2) * 9999) / 262_142));
  }

  test('P32, P82: a memory limit kills, and the message says so', async () => {
    // The engine begins to watch for it just after the start.
    const pod = await node.create(podFile({ containers: [shell('main', 'sleep 1; tail -c 200000000 /dev/zero > /dev/null; sleep 2; exit 9', { resources: { limits: { memory: '16Mi' } } })] }));
    await pod.until(({ containers }) => containers[0]?.state?.terminated?.message?.startsWith('OOMKilled') === true);
    expect(await pod.containerStatus('main')).toMatchObject({ state: { terminated: { exitCode: 9 } } });
    await end(pod);
  });

  describe('of four containers', () => {
    let seen: Record<string, Record<string, string>>;
    beforeAll(async () => {
      seen = await look({
        limited: { resources: { limits: { memory: '64Mi', cpu: '250m' }, requests: { cpu: '100m', memory: '32Mi' } } },
        asking: { resources: { requests: { cpu: '500m', memory: String(Math.floor(totalBytes / 4)) } } },
        small: { resources: { limits: { cpu: '1m' } } },
        plain: {},
      });
    });

    test('P32: a memory limit is that of the cgroup', () => {
      expect(seen['limited']).toMatchObject({ memory: String(64 * MEBI) });
    });

    test('P33: a CPU limit is a quota of a period of 100 ms', () => {
      expect(seen['limited']).toMatchObject({ quota: '25000', period: '100000' });
      expect(seen['small']).toMatchObject({ quota: '1000', period: '100000' });
      expect(['-1', 'max']).toContain(seen['plain']?.['quota']);
    });

    test('P34: a CPU request is a weight', () => {
      expectShares(seen['limited'], 102);
      expectShares(seen['asking'], 512);
      expectShares(seen['small'], 2);
      expectShares(seen['plain'], 2);
    });

    test('P34: a memory request says who is ended later', () => {
      expect(seen['limited']).toMatchObject({ oom: String(1000 - Math.floor((1000 * 32 * MEBI) / totalBytes)) });
      expect(seen['asking']).toMatchObject({ oom: '750' });
      expect(seen['small']).toMatchObject({ oom: '999' });
      expect(seen['plain']).toMatchObject({ oom: '999' });
    });
  });

  /** By hand, so that what the plugin finds out can be compared. */
  async function mayLowerOomScores(): Promise<boolean> {
    const HostConfig = { OomScoreAdj: -998, NetworkMode: 'none' };
    const { Id } = (await call(engine.endpoint, 'POST', '/containers/create', { body: { Image: TEST_IMAGE, Cmd: ['true'], HostConfig, Labels: { 'interlink.eu/node': node.name } } })).json() as { Id: string };
    const { status } = await call(engine.endpoint, 'POST', `/containers/${Id}/start`);
    await call(engine.endpoint, 'DELETE', `/containers/${Id}?force=1`);
    return status === 204;
  }

  test('P34: who asks for nothing is ended first; who has all guaranteed last, where the engine may say so', async () => {
    const may = await mayLowerOomScores();
    if (!may) process.stderr.write('SKIPPED a part of P34: the engine may not lower OOM scores; its call is shown in test/unit/docker/spec/resources.test.ts\n');
    const guaranteed = (): ReturnType<typeof look> => look({ main: { resources: { limits: { cpu: '100m', memory: '32Mi' } } } });
    expect((await look({ main: {} }))['main']).toMatchObject({ oom: '1000' });
    // Found out beside the first connect: until then it counts as not able.
    await untilHolds(async () => expect((await guaranteed())['main']).toMatchObject({ oom: may ? '-997' : '0' }));
  });

  test('P34: what a plugin was trying when it was killed is removed at the next start', async () => {
    const name = uniqueNode();
    const Labels = { 'interlink.eu/node': name, 'io.kubernetes.docker.type': 'helper' };
    const { Id } = (await call(engine.endpoint, 'POST', `/containers/create?name=interlink_helper_${name}_tried`, { body: { Image: TEST_IMAGE, Cmd: ['sleep', '600'], Labels } })).json() as { Id: string };
    const next = await TestNode.start(engine, { node: name });
    await eventually(async () => (await call(engine.endpoint, 'GET', `/containers/${Id}/json`)).status === 404);
    await next.remove();
  });

  test('P35: a container without a limit has that of the pod', async () => {
    const resources = { limits: { memory: '96Mi', cpu: '300m' } };
    const seen = await look({ own: { resources: { limits: { memory: '32Mi' } } }, none: {} }, { resources });
    expect(seen['own']).toMatchObject({ memory: String(32 * MEBI), quota: '30000' });
    expect(seen['none']).toMatchObject({ memory: String(96 * MEBI), quota: '30000' });
  });

  test('P40: processes, open files and shared memory are as the operator says, also where containers share it', async () => {
    const [one, two] = await Promise.all([look({ main: {} }, {}, strict), look({ a: {}, b: {} }, {}, strict)]);
    const expected = { pids: '50', files: '1000 2000', shm: String(32 * 1024) };
    expect(one['main']).toMatchObject(expected);
    expect(two['a']).toMatchObject(expected);
    expect(two['b']).toMatchObject(expected);
  });

  test('P40: a program that forks without end stops at its limit', async () => {
    const pod = await strict.create(podFile({ containers: [shell('main', 'n=0; while [ $n -lt 100 ] && sleep 60 & do n=$((n+1)); [ $n -ge 100 ] && break; done; echo all $n')] }));
    await pod.until(({ containers }) => containers[0]?.state?.terminated !== undefined);
    expect(await pod.log()).toMatch(/can't fork/);
    await end(pod, strict);
  });
});
