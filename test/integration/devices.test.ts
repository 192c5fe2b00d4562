import { existsSync } from 'node:fs';
import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { PluginProcess } from '../support/plugin-process.js';
import { podFile, shell, TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(180_000);

/** Two boards, which are devices that every host has under names that none has; each with its own number. */
const EXTENDED = ['example.com/board=/dev/full:/dev/board0', 'example.com/board=/dev/zero:/dev/board1', 'example.com/random=/dev/urandom:/dev/dice*2'];
const NUMBERS = ['1:7', '1:5'];

const SHOW = 'for b in /dev/board0 /dev/board1; do [ -c $b ] && stat -c "%t:%T" $b; done; [ -c /dev/dice ] && head -c 8 /dev/dice | wc -c';
const HOLD = `${SHOW}; echo up; trap 'exit 0' TERM; while :; do sleep 0.1; done`;

describeWithEngine('devices of the host', (engine) => {
  const { endpoint } = engine;
  const node = uniqueNode('devices');
  let plugin: PluginProcess;
  beforeAll(async () => {
    await ensureBusybox(endpoint);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, env: { RESOURCES_EXTENDED: EXTENDED.join(', ') } });
    await untilReady();
  });
  afterAll(async () => {
    await plugin.remove();
    await purgeNode(node, endpoint);
  });

  const caller = (): PluginCaller => new PluginCaller(plugin.url);
  const asking = (limits: Readonly<Record<string, string>>, script = HOLD, more: Partial<PodSpec> = {}): PodFile => podFile({ containers: [shell('main', script, { resources: { limits } })], ...more });
  const board = (script = HOLD): PodFile => asking({ 'example.com/board': '1' }, script);
  const uidOf = (pod: TestPod): string => `io.kubernetes.pod.uid=${pod.uid}`;

  async function untilReady(): Promise<void> {
    const { pod } = toCreateBody(asking({}), makeStamp(new Date()));
    await untilHolds(async () => void (await caller().status([pod])));
  }

  async function create(file: PodFile): Promise<TestPod> {
    const body = toCreateBody(file, makeStamp(new Date()));
    const { PodJID } = await caller().create(body);
    return new TestPod(caller(), body, PodJID);
  }

  /** What it was given, once it runs or has run. */
  async function given(pod: TestPod, container = ''): Promise<string[]> {
    await pod.until((_status, view) => view.phase !== 'Pending');
    let lines: string[] = [];
    await untilHolds(async () => {
      lines = (await pod.log(container)).trimEnd().split('\n');
      expect(lines).toContain('up');
    });
    return lines.filter((line) => line !== 'up');
  }

  async function expectNoneFree(): Promise<void> {
    const body = toCreateBody(board(), makeStamp(new Date()));
    await expect(caller().create(body)).rejects.toMatchObject({ status: 422, message: expect.stringMatching(/OutOfexample\.com\/board: .* requested: 1, used: 2, capacity: 2/) as string });
    expect(await objectsOf(`io.kubernetes.pod.uid=${body.pod.metadata.uid}`, endpoint)).toEqual({ containers: [], volumes: [], networks: [] });
  }

  test('P38: a container has the devices that it asks for and no others, and cannot make any', async () => {
    const containers = [
      shell('two', HOLD, { resources: { limits: { 'example.com/board': '2' } } }),
      shell('none', `${SHOW}; mknod /tmp/b c 1 3 && mknod /tmp/f c 10 229 && (: < /tmp/f) 2>/dev/null && echo made; echo up`),
      shell('dice', `${SHOW}; echo up`, { resources: { limits: { 'example.com/random': '1' } } }),
    ];
    const pod = await create(podFile({ containers }));
    expect((await given(pod, 'two')).sort()).toEqual([...NUMBERS].sort());
    expect(await given(pod, 'none')).toEqual([]);
    expect(await given(pod, 'dice')).toEqual(['8']);
    await pod.delete();
  });

  test('P38: a device is one pod\'s until that has ended, also over a crash of the plugin', async () => {
    const [first, second] = await Promise.all([create(board()), create(board())]);
    const [ofFirst, ofSecond] = await Promise.all([given(first), given(second)]);
    expect([...ofFirst, ...ofSecond].sort()).toEqual([...NUMBERS].sort());
    await expectNoneFree();
    await plugin.kill();
    await plugin.start();
    await expectNoneFree(); // at once, before it knows its pods
    await first.delete();
    const short = await create(board('sleep 0.1; echo up'));
    await short.untilPhase('Succeeded');
    // It has ended, and is still there with its logs.
    const third = await create(board());
    expect(await given(third)).toEqual(ofFirst);
    await plugin.kill();
    await plugin.start();
    await untilReady();
    await expectNoneFree();
    await Promise.all([second, short, third].map((pod) => pod.delete()));
    const last = await create(asking({ 'example.com/board': '2' }));
    expect((await given(last)).length).toBe(2);
    await last.delete();
  });

  test('P38: a restarted container has the same device', async () => {
    const containers = [shell('main', `${SHOW}; echo up; [ -f /v/once ] || { touch /v/once; exit 1; }`, { resources: { limits: { 'example.com/board': '1' } }, volumeMounts: [{ name: 'v', mountPath: '/v' }] })];
    const pod = await create(podFile({ containers, volumes: [{ name: 'v', emptyDir: {} }], restartPolicy: 'OnFailure' }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log('main', { Previous: true })).toBe(await pod.log());
    await pod.delete();
  });

  test('P38: a pod whose record was pruned while no plugin ran keeps its device', async () => {
    const [pruned, other] = await Promise.all([create(board()), create(board())]);
    const [had] = [await given(pruned), await given(other)];
    await plugin.kill();
    const sandboxes = (await call(endpoint, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label: [uidOf(pruned), 'io.kubernetes.docker.type=podsandbox'] }))}`)).json() as { Id: string }[];
    for (const { Id } of sandboxes) await call(endpoint, 'DELETE', `/containers/${Id}?force=1`);
    await plugin.start();
    await untilReady();
    await expectNoneFree(); // nobody has asked for it yet: its container tells
    expect((await pruned.status()).containers[0]?.state?.running).toBeDefined();
    await untilHolds(async () => expect((await objectsOf(uidOf(pruned), endpoint)).containers).toHaveLength(2));
    await expectNoneFree();
    await pruned.delete();
    const next = await create(board());
    expect(await given(next)).toEqual(had);
    await Promise.all([other, next].map((pod) => pod.delete()));
  });

  test('P38: what the node does not offer is refused by its field', async () => {
    await expect(create(asking({ 'example.com/other': '1' }))).rejects.toMatchObject({ status: 400, message: expect.stringContaining('pod.spec.containers[0].resources.limits["example.com/other"]') as string });
  });
});

if (!existsSync('/dev/nvidia0')) {
  skipAloud('P37: a pod has the GPU that it asks for', 'there is no GPU of NVIDIA on this host; the call to the engine is shown in test/unit/docker/spec/devices.test.ts');
} else {
  describeWithEngine('GPUs', (engine) => {
    const node = uniqueNode('gpu');
    let plugin: PluginProcess;
    beforeAll(async () => {
      await ensureBusybox(engine.endpoint);
      plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, env: { RESOURCES_EXTENDED: 'nvidia.com/gpu=nvidia:0' } });
    });
    afterAll(async () => {
      await plugin.remove();
      await purgeNode(node, engine.endpoint);
    });

    test('P37: a pod has the GPU that it asks for, and another has none', async () => {
      const caller = new PluginCaller(plugin.url);
      const look = (limits: Readonly<Record<string, string>>): PodFile => podFile({ containers: [shell('main', 'ls /dev | grep -c "^nvidia0$"; true', { resources: { limits } })] });
      for (const [limits, count] of [[{ 'nvidia.com/gpu': '1' }, '1\n'], [{}, '0\n']] as const) {
        const body = toCreateBody(look(limits), makeStamp(new Date()));
        const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
        await pod.untilPhase('Succeeded');
        expect(await pod.log()).toBe(count);
        await pod.delete();
      }
    });
  });
}
