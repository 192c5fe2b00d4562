import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import { TEST_IMAGE } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('variables of a pod whose record is gone', (engine) => {
  const name = uniqueNode();
  const [repo, tag] = [`interlink-docker-test/${name}`, '1'];
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { node: name });
  });
  afterAll(async () => {
    await node.remove();
    await call(engine.endpoint, 'DELETE', `/images/${repo}:${tag}`);
  });

  test('P14, P16: a container that had not run yet has those that the pod tells; one that needs more says so, and does not run without', async () => {
    const later = { image: `${repo}:${tag}`, imagePullPolicy: 'Never' };
    const file = podFile({
      restartPolicy: 'Always',
      volumes: [{ name: 'cm', configMap: { name: 'cm' } }],
      containers: [
        shell('ran', 'exec sleep 1000'),
        shell('fields', 'echo "<$NAME> <$BOTH>"; exec sleep 1000', { ...later, env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'BOTH', value: '$(NAME)!' }] }),
        shell('keys', 'echo "<$COLOUR>"; exec sleep 1000', { ...later, volumeMounts: [{ name: 'cm', mountPath: '/cm' }], env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'cm', key: 'colour' } } }] }),
      ],
    }, { configMaps: [{ metadata: { name: 'cm', namespace: 'default' }, data: { colour: 'teal' } }] });
    const pod = await node.create(toCreateBody(file, makeStamp(new Date()), 'nobody'));
    await pod.until(({ containers: [ran, fields, keys] }) => ran?.state?.running !== undefined && [fields, keys].every((one) => one?.state?.waiting?.reason === 'ErrImageNeverPull'));
    await node.stop();
    const [sandbox] = await node.engine.listContainers([`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.docker.type=podsandbox']);
    await node.engine.removeContainer(sandbox?.Id ?? '');
    await call(engine.endpoint, 'POST', `/images/${TEST_IMAGE}/tag?repo=${encodeURIComponent(repo)}&tag=${tag}`);
    node = await TestNode.start(engine, { node: name });
    const adopted = node.know(pod);
    await adopted.until(({ containers: [, fields, keys] }) => fields?.state?.running !== undefined && keys?.state?.waiting?.reason === 'CreateContainerConfigError');
    await adopted.untilLogged('<test> <test!>', 'fields');
    expect((await adopted.containerStatus('keys')).state?.waiting?.message).toBe('the variables of container keys came with the pod, whose record was removed from the engine');
    await adopted.delete();
    expect(await node.leftoversOf(adopted)).toEqual({ containers: 0, volumes: 0 });
  });
});
