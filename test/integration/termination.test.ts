import { toDeletePod } from '../../src/caller/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { type MadeImage, makeImage } from '../support/made-image.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

/** Takes no heed of TERM. */
const DEAF = "trap '' TERM; echo ready; while :; do sleep 0.1; done";

describeWithEngine('how containers are stopped', (engine) => {
  const { endpoint } = engine;
  let node: TestNode;
  let image: MadeImage;
  beforeAll(async () => {
    node = await TestNode.start(engine);
    image = await makeImage(endpoint, 'true', [], { StopSignal: 'SIGQUIT' });
  });
  afterAll(async () => {
    await node.remove();
    await image.remove();
  });

  const SAY_SIGNAL = 'for s in TERM INT QUIT USR1 37; do trap "echo got $s; exit 0" $s; done; echo ready; while :; do sleep 0.1; done';
  const untilReady = (pod: TestPod, names: readonly string[]): Promise<unknown> => Promise.all(names.map((name) => pod.untilLogged('ready', name)));
  const idOf = async (pod: TestPod, name: string): Promise<string> => ((await pod.containerStatus(name)).containerID ?? '').replace('docker://', '');

  test('P69: a container is asked to end by its own stop signal, its image\'s, or TERM', async () => {
    const containers: PodSpec['containers'] = [
      shell('plain', SAY_SIGNAL),
      shell('of-the-pod', SAY_SIGNAL, { lifecycle: { stopSignal: 'SIGUSR1' } }),
      { ...shell('of-the-image', SAY_SIGNAL), image: image.name },
      { ...shell('over-the-image', SAY_SIGNAL), image: image.name, lifecycle: { stopSignal: 'SIGINT' } },
    ];
    const names = containers.map(({ name }) => name);
    const pod = await node.create(podFile({ containers, terminationGracePeriodSeconds: 20 }));
    await untilReady(pod, names);
    const logs = names.map((name) => pod.log(name, { Follow: true }));
    await pod.delete();
    expect(await Promise.all(logs)).toEqual(['got TERM', 'got USR1', 'got QUIT', 'got INT'].map((got) => `ready\n${got}\n`));
  });

  test('P69: somebody else\'s stop is known by the container\'s own signal, and is no success', async () => {
    const containers = [shell('own', SAY_SIGNAL, { lifecycle: { stopSignal: 'SIGRTMIN+3' } }), { ...shell('of-the-image', SAY_SIGNAL), image: image.name }];
    const pod = await node.create(podFile({ containers }));
    await untilReady(pod, ['own', 'of-the-image']);
    for (const { name } of containers) await call(endpoint, 'POST', `/containers/${await idOf(pod, name)}/stop?t=20`);
    const ended = await pod.untilPhase('Failed');
    expect(ended.containers.map(({ state }) => [state?.terminated?.exitCode, state?.terminated?.signal])).toEqual([[128 + 37, 37], [128 + 3, 3]]);
    expect(await pod.log('own')).toBe('ready\ngot 37\n');
    await pod.delete();
  });

  test('P69: a delete with a shorter grace period shortens a stop that is under way', async () => {
    const pod = await node.create(podFile({ containers: [shell('a', DEAF), shell('b', DEAF)], terminationGracePeriodSeconds: 1000 }));
    await untilReady(pod, ['a', 'b']);
    const { containerID } = await pod.containerStatus('a');
    const details = await node.engine.inspectContainer((containerID ?? '').replace('docker://', ''));
    // The namespaces go, so that both are stopped with the grace period of the pod.
    await node.engine.killContainer(details.Config.Labels?.['io.kubernetes.sandbox.id'] ?? '', 'SIGKILL');
    await pod.until(() => node.provider.podEvents(pod.uid).filter(({ reason }) => reason === 'Killing').length === 2);
    const body = toDeletePod(pod.pod, pod.jobId, pod.view, new Date());
    await node.caller.delete({ ...body, metadata: { ...body.metadata, deletionGracePeriodSeconds: 1 } });
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });
});

describeWithEngine('pods that may only live so long', (engine) => {
  const MESSAGE = 'DeadlineExceeded: Pod was active on the node longer than the specified deadline';

  test('P73: a pod past its deadline is stopped for good, also by a plugin that has just started', async () => {
    const name = uniqueNode();
    const first = await TestNode.start(engine, { node: name });
    const limited = { restartPolicy: 'Always' as const, terminationGracePeriodSeconds: 1 };
    const [several, restarting, ended] = await Promise.all([
      first.create(podFile({ ...limited, restartPolicy: 'OnFailure', activeDeadlineSeconds: 4, containers: [shell('done', 'exit 0'), shell('going', DEAF)] })),
      first.create(shellPod('exit 3', { ...limited, activeDeadlineSeconds: 4 })),
      first.create(shellPod('exit 0', { ...limited, restartPolicy: 'Never', activeDeadlineSeconds: 4 })),
    ]);
    await several.untilLogged('ready', 'going');
    await ended.untilPhase('Succeeded');
    await first.stop();
    const second = await TestNode.start(engine, { node: name });
    try {
      const told = await Promise.all([several, restarting].map((pod) => second.know(pod).untilPhase('Failed')));
      expect(told.map(({ containers }) => containers.map(({ state }) => [state?.terminated?.exitCode, state?.terminated?.message]))).toEqual([
        [[0, undefined], [137, MESSAGE]],
        [[3, MESSAGE]],
      ]);
      expect((await second.know(ended).status()).containers[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    } finally {
      await second.remove();
    }
  });
});
