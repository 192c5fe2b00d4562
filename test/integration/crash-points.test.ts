import { CrashScene, MOMENTS } from '../support/crash-scene.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';

jest.setTimeout(600_000);

/** A pod that shows in its log how often its init container ran. */
const POD = podFile({
  volumes: [{ name: 'work', emptyDir: {} }, { name: 'settings', configMap: { name: 'settings' } }],
  initContainers: [shell('init', 'cat /settings/word >> /work/words', { volumeMounts: [{ name: 'work', mountPath: '/work' }, { name: 'settings', mountPath: '/settings' }] })],
  containers: [shell('main', 'cat /work/words; exec sleep 1000', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })],
}, { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'ran\n' } }] });

describeWithEngine('a plugin killed at every engine call', (engine) => {
  let scene: CrashScene;
  beforeAll(async () => {
    scene = await CrashScene.open(engine, { file: POD });
  });
  afterAll(async () => {
    await scene.close();
  });

  /** The pod is whole: one attempt of each container, the init container ran once. */
  async function expectWhole(pod: TestPod): Promise<void> {
    const { containers, initContainers } = await pod.untilPhase('Running');
    expect([...initContainers, ...containers].map(({ name, restartCount }) => [name, restartCount])).toEqual([['init', 0], ['main', 0]]);
    await eventually(async () => (await pod.log('main')) !== '');
    expect(await pod.log('main')).toBe('ran\n');
  }

  test('of a create: accepted is started, not accepted leaves nothing', async () => {
    const { calls, kills } = await scene.killAtEachCallOfCreate({ expectWhole });
    expect(calls).toBeGreaterThan(10);
    expect(kills).toBeGreaterThan(calls);
  });

  test('of a delete: it is finished', async () => {
    const probe = scene.newPod();
    await scene.caller.create(probe.body);
    await probe.untilPhase('Running');
    const count = await scene.callsOf(() => probe.delete());
    expect(count).toBeGreaterThan(5);
    for (let k = 1; k <= count; k++) {
      for (const moment of MOMENTS) {
        const pod = scene.newPod();
        await scene.caller.create(pod.body);
        await pod.untilPhase('Running');
        await scene.killedAt(k, moment, () => pod.delete().catch(() => undefined));
        await eventually(async () => (await scene.leftoversOf(pod)) === 0).catch((cause: unknown) => {
          throw new Error(`killed ${moment} call ${k}: something of the pod is left`, { cause });
        });
      }
    }
  });
});
