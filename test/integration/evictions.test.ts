import { describeWithEngine } from '../support/engine-under-test.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { shellPod, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

const UNTIL_TIDIED_MS = 61_000;

describeWithEngine('pods that write more than they may', (engine) => {
  const clock = new HurriedClock();
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { clock });
  });
  afterAll(() => node.remove());

  const write = (path: string, kilobytes: number): string => `dd if=/dev/zero of=${path} bs=1024 count=${kilobytes} 2>/dev/null; echo written; sleep 1000`;
  const mounted = { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] };
  const scratch = { restartPolicy: 'Always' as const, volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }] };

  test('P26: a pod that fills an ephemeral volume over what its claim asks for is evicted, and the volume goes with the pod', async () => {
    const template = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, storageClassName: 'fast', volumeMode: 'Filesystem' } };
    const spec = { restartPolicy: 'Always' as const, volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }], securityContext: { runAsUser: 1000, fsGroup: 2000 } };
    const pod = await node.create(shellPod(`ls -A /scratch | wc -l; ${write('/scratch/f', 900)}`, spec, mounted));
    await pod.untilLogged('written');
    expect(await pod.log()).toBe('0\nwritten\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    const full = await node.create(shellPod(write('/scratch/f', 1100), spec, mounted));
    await full.untilLogged('written');
    clock.advance(UNTIL_TIDIED_MS);
    expect((await full.untilPhase('Failed'))?.containers[0]?.state?.terminated).toMatchObject({ exitCode: 137, message: 'Evicted: Usage of Ephemeral volume "scratch" exceeds the limit "1Mi".' });
    await full.delete();
  });

  test('P31: a pod over a limit of the disk is evicted for good, one below it runs on', async () => {
    const limited = { resources: { limits: { 'ephemeral-storage': '1Mi' } } };
    const pods = await Promise.all([
      node.create(shellPod(write('/scratch/f', 1100), scratch, mounted)),
      node.create(shellPod(write('/f', 1100), { restartPolicy: 'Always' }, limited)),
      node.create(shellPod(write('/scratch/f', 900), scratch, { ...mounted, ...limited })),
    ]);
    for (const pod of pods) await pod.untilLogged('written');
    clock.advance(UNTIL_TIDIED_MS);
    const [volume, container] = await Promise.all(pods.slice(0, 2).map((pod) => pod.untilPhase('Failed')));
    const endOf = (status: typeof volume): unknown => status?.containers[0]?.state?.terminated;
    expect(endOf(volume)).toMatchObject({ exitCode: 137, message: 'Evicted: Usage of EmptyDir volume "scratch" exceeds the limit "1Mi".' });
    expect(endOf(container)).toMatchObject({ exitCode: 137, message: 'Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1048576.' });
    expect((await pods[2]?.status())?.containers[0]?.state).toHaveProperty('running');
    await Promise.all(pods.map((pod) => pod.delete()));
  });
});
