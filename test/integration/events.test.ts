import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import { DEFAULT_POLICY } from '../../src/docker/node/index.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

/** Fails twice, then runs and takes no heed of TERM. */
const SCRIPT = 'echo x >> /work/n; [ $(wc -l < /work/n) -gt 2 ] || exit 3; trap "" TERM; echo ready; while :; do sleep 0.1; done';

describeWithEngine('P91: what is told of a pod', (engine) => {
  let node: TestNode;
  afterEach(() => node.remove());

  const eventsOf = (pod: TestPod): string[] => node.provider.podEvents(pod.uid).map(({ type, reason, message }) => `${type} ${reason} ${message.replace(pod.uid, '<uid>')}`);

  test('its whole life, and by the next plugin from there on', async () => {
    const name = uniqueNode();
    node = await TestNode.start(engine, { node: name });
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const pod = await node.create(podFile({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 3,
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [shell('init', 'true')],
      containers: [shell('main', SCRIPT, { volumeMounts })],
    }));
    await pod.untilLogged('ready');
    const image = 'Normal Pulled Container image "busybox:1.36" already present on machine';
    expect(eventsOf(pod)).toEqual([
      'Normal Created Created container: init',
      'Normal Started Started container init',
      'Warning BackOff Back-off restarting failed container main in pod test_default(<uid>)',
      image,
      'Normal Created Created container: main',
      'Normal Started Started container main',
    ].flatMap((line, index) => (index === 0 ? [image, line] : [line])));
    expect(node.provider.podEvents(pod.uid).flatMap((event) => ('count' in event ? [event.count] : []))).toEqual([1, 1, 1, 1, 3, 3, 3]);
    await node.stop();
    node = await TestNode.start(engine, { node: name });
    await eventually(() => eventsOf(pod).length > 0);
    const deletion = node.know(pod).delete();
    await eventually(() => eventsOf(pod).length > 1);
    expect(eventsOf(pod)).toEqual(['Normal Adopted The pod was found on the engine and is taken over', 'Normal Killing Stopping container main']);
    await deletion;
    expect(eventsOf(pod)).toEqual([]);
  });

  test('a path of the host that is not what the pod says it is', async () => {
    node = await TestNode.start(engine, { policy: { podSecurity: { ...DEFAULT_POLICY.podSecurity, level: 'privileged' } } });
    const file = podFile({ volumes: [{ name: 'host', hostPath: { path: '/etc/passwd', type: 'Directory' } }], containers: [shell('main', 'true', { volumeMounts: [{ name: 'host', mountPath: '/host' }] })] });
    const body = toCreateBody(file, makeStamp(new Date()));
    await expect(node.create(body)).rejects.toMatchObject({ status: 400 });
    expect(node.provider.podEvents(body.pod.metadata.uid)).toMatchObject([
      { type: 'Warning', reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "host" : pod.spec.volumes[0].hostPath.path "/etc/passwd" is a file on this node, not what type Directory asks for' },
    ]);
  });
});
