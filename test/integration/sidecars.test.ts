import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { untilTerm } from '../support/pod-scripts.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const BACK_OFF_MS = 20_000;

const volumes = [{ name: 'work', emptyDir: {} }];
const inWork = (name: string, script: string): PodSpec['containers'][number] => shell(name, script, { volumeMounts: [{ name: 'work', mountPath: '/work' }] });
const sidecar = (name: string, script: string): PodSpec['containers'][number] => ({ ...inWork(name, script), restartPolicy: 'Always' });
/** Says that it begins, and, when it is asked to end, that it does; then it exits 7. */
const telling = (name: string): string => `echo ${name} begins; touch /work/${name}; trap 'echo ${name} ends; exit 7' TERM; while :; do sleep 0.1; done`;
const untilThere = (name: string): string => `until [ -f /work/${name} ]; do sleep 0.1; done`;

describeWithEngine('containers that come before the main ones, and beside them', (engine) => {
  const clock = new HurriedClock();
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { clock });
  });
  afterAll(() => node.remove());

  /** What containers have said, by the times at which the engine heard it. */
  async function toldBy(pod: TestPod, ...names: string[]): Promise<string[]> {
    const logs = await Promise.all(names.map((name) => pod.log(name, { Timestamps: true })));
    const lines = logs.flatMap((log) => log.trim().split('\n'));
    return lines.sort().map((line) => line.slice(line.indexOf(' ') + 1));
  }

  test('P8: sidecars begin in order, run beside the main containers, and are stopped after them, the last one first', async () => {
    const pod = await node.create(
      podFile({
        volumes,
        initContainers: [inWork('first', 'echo first ran'), sidecar('proxy', telling('proxy')), inWork('second', 'echo second ran'), sidecar('log', telling('log'))],
        containers: [inWork('main', `echo main begins; ${untilThere('log')}; sleep 1; echo main ends`)],
        terminationGracePeriodSeconds: 20,
      }),
    );
    const running = await pod.untilPhase('Running');
    expect(running.initContainers.map(({ name }) => name)).toEqual(['first', 'second']);
    const { containers, initContainers } = await pod.untilPhase('Succeeded');
    expect(containers.map(({ state }) => state?.terminated?.exitCode)).toEqual([0]);
    expect(initContainers.map(({ name, state }) => [name, state?.terminated?.exitCode, state?.terminated?.message])).toEqual([
      ['first', 0, undefined],
      ['proxy', 0, 'Error: exit code 7'],
      ['second', 0, undefined],
      ['log', 0, 'Error: exit code 7'],
    ]);
    const told = await toldBy(pod, 'first', 'proxy', 'second', 'log', 'main');
    expect(told.slice(0, 3)).toEqual(['first ran', 'proxy begins', 'second ran']);
    expect(told.slice(3, 5).sort()).toEqual(['log begins', 'main begins']);
    expect(told.slice(5)).toEqual(['main ends', 'log ends', 'proxy ends']);
    await pod.delete();
  });

  test('P8: a deleted pod stops its main containers first, then its sidecars, the last one first', async () => {
    const pod = await node.create(
      podFile({
        volumes,
        initContainers: [sidecar('proxy', telling('proxy')), sidecar('log', telling('log'))],
        containers: [inWork('main', telling('main'))],
        terminationGracePeriodSeconds: 20,
      }),
    );
    for (const name of ['main', 'proxy', 'log']) await pod.untilLogged('begins', name);
    const logs = Promise.all(['main', 'proxy', 'log'].map((name) => pod.log(name, { Timestamps: true, Follow: true })));
    await pod.delete();
    const ends = (await logs).join('').trim().split('\n').filter((line) => line.endsWith('ends'));
    expect(ends.sort().map((line) => line.split(' ')[1])).toEqual(['main', 'log', 'proxy']);
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P8: a sidecar that ends is started again for ever, whatever the policy of the pod, and does not decide its phase', async () => {
    const pod = await node.create(
      podFile({
        restartPolicy: 'Never',
        volumes,
        initContainers: [sidecar('flaky', `echo run >> /work/runs; if [ $(wc -l < /work/runs) -gt 2 ]; then touch /work/third; ${untilTerm(9)}; fi; echo $(wc -l < /work/runs); exit 3`)],
        containers: [inWork('main', untilThere('third'))],
      }),
    );
    await pod.untilLogged('2', 'flaky');
    expect((await pod.untilPhase('Running')).initContainers).toEqual([]);
    clock.advance(BACK_OFF_MS);
    const { initContainers } = await pod.untilPhase('Succeeded');
    expect(initContainers[0]).toMatchObject({ restartCount: 2, state: { terminated: { exitCode: 0, message: 'Error: exit code 9' } }, lastState: { terminated: { exitCode: 3 } } });
    await pod.delete();
  });
});

describeWithEngine('init containers that fail', (engine) => {
  test('P6: one is tried again with a back-off, and nothing after it begins before it succeeds; P7: each of them is reported', async () => {
    const clock = new HurriedClock();
    const node = await TestNode.start(engine, { clock });
    try {
      const fails = 'echo run >> /work/runs; [ $(wc -l < /work/runs) -gt 2 ] || exit 5; echo done';
      const initContainers = [inWork('one', 'echo one >> /work/order'), inWork('two', fails), inWork('three', 'cp /work/runs /work/seen')];
      const pod = await node.create(podFile({ restartPolicy: 'OnFailure', volumes, initContainers, containers: [inWork('main', 'cat /work/seen /work/order')] }));
      const failing = await pod.until((status) => status.initContainers[1]?.state?.waiting?.reason === 'CrashLoopBackOff');
      expect(failing.initContainers).toMatchObject([
        { state: { terminated: { exitCode: 0 } }, restartCount: 0 },
        { restartCount: 1, lastState: { terminated: { exitCode: 5 } } },
        { state: { waiting: { reason: 'PodInitializing' } }, containerID: '' },
      ]);
      clock.advance(BACK_OFF_MS);
      const ended = await pod.untilPhase('Succeeded');
      expect(ended.initContainers.map(({ restartCount, ready, state }) => [restartCount, ready, state?.terminated?.exitCode])).toEqual([[0, true, 0], [2, true, 0], [0, true, 0]]);
      expect(await pod.log('main')).toBe('run\nrun\nrun\none\n');
    } finally {
      await node.remove();
    }
  });
});
