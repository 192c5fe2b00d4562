import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { SAY_ADDRESS } from '../support/pod-scripts.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('containers that are started again', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  const volumes = [{ name: 'work', emptyDir: {} }];
  type Container = PodSpec['containers'][number];
  const inWork = (name: string, script: string, more: Partial<Container> = {}): Container => shell(name, script, { volumeMounts: [{ name: 'work', mountPath: '/work' }], ...more });
  const onCode = (code: number, action: string): NonNullable<Container['restartPolicyRules']> => [{ action, exitCodes: { operator: 'In', values: [code] } }];

  test('P70: containers have restart policies and rules of their own', async () => {
    const twice = (name: string, first: number, second: number): string => `[ -f /work/${name} ] && exit ${second}; touch /work/${name}; exit ${first}`;
    const pod = await node.create(
      podFile({
        restartPolicy: 'Never',
        volumes,
        initContainers: [inWork('prepare', twice('prepare', 1, 0), { restartPolicy: 'OnFailure' })],
        containers: [
          inWork('as-the-pod', 'exit 3'),
          inWork('failing', twice('failing', 4, 0), { restartPolicy: 'OnFailure' }),
          inWork('ruled', twice('ruled', 42, 7), { restartPolicy: 'Never', restartPolicyRules: onCode(42, 'Restart') }),
        ],
      }),
    );
    const { containers, initContainers } = await pod.untilPhase('Failed');
    expect([...initContainers, ...containers].map(({ name, restartCount, state, lastState }) => [name, restartCount, state?.terminated?.exitCode, lastState?.terminated?.exitCode])).toEqual([
      ['prepare', 1, 0, 1],
      ['as-the-pod', 0, 3, undefined],
      ['failing', 1, 0, 4],
      ['ruled', 1, 7, 42],
    ]);
    await pod.delete();
  });

  test('P70: RestartAllContainers has the whole pod begin again, with its volumes and its address', async () => {
    const pod = await node.create(
      podFile({
        restartPolicy: 'Never',
        volumes,
        initContainers: [
          inWork('prepare', 'echo prepared >> /work/told'),
          inWork('watch', 'if [ $(wc -l < /work/told) -gt 2 ]; then sleep 1000; fi; until grep -q main /work/told; do sleep 0.1; done; exit 88', { restartPolicy: 'Always', restartPolicyRules: onCode(88, 'RestartAllContainers') }),
        ],
        containers: [inWork('main', `echo main $(${SAY_ADDRESS}) >> /work/told; [ $(grep -c main /work/told) = 2 ] && { cat /work/told; exit 0; }; trap '' TERM; while :; do sleep 0.1; done`), inWork('done', 'exit 0')],
      }),
    );
    const { containers, initContainers } = await pod.untilPhase('Succeeded');
    expect([...initContainers, ...containers].map(({ name, restartCount }) => [name, restartCount])).toEqual([['prepare', 1], ['watch', 1], ['main', 1], ['done', 1]]);
    expect(containers[0]?.lastState?.terminated?.exitCode).toBe(137);
    const [first, second, third, fourth] = (await pod.log('main')).trim().split('\n');
    expect([first, third]).toEqual(['prepared', 'prepared']);
    expect(second).toMatch(/^main 10\.\d+\.\d+\.\d+$/);
    expect(fourth).toBe(second);
    await pod.delete();
  });
});
