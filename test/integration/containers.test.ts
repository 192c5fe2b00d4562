import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import type { Container, PodSpec } from '../../src/kube/index.js';
import { attachStdin } from '../support/attach-stdin.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { type MadeImage, makeImage } from '../support/made-image.js';
import { podFile, shell, shellPod, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('containers', (engine) => {
  let node: TestNode;
  let image: MadeImage;
  beforeAll(async () => {
    node = await TestNode.start(engine);
    image = await makeImage(engine.endpoint, 'printf "#!/bin/sh\\nfor word; do echo \\"[\\$word]\\"; done\\n" > /words && chmod 755 /words && mkdir /made', ['ENTRYPOINT ["/words","of","entrypoint"]', 'CMD ["of cmd"]', 'WORKDIR /made']);
  });
  afterAll(async () => {
    await node.remove();
    await image.remove();
  });

  const refusal = (spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>): Promise<string> => node.create(podFile(spec)).then(() => 'created', (error: unknown) => (error as Error).message);

  test('P3: what the image says runs where the pod says nothing, part by part', async () => {
    const one = (name: string, more: Partial<Container>): Container => ({ name, image: image.name, imagePullPolicy: 'IfNotPresent', ...more });
    const cases: [container: Container, said: string][] = [
      [one('neither', {}), '[of]\n[entrypoint]\n[of cmd]\n'],
      [one('args', { args: ['of pod', ''] }), '[of]\n[entrypoint]\n[of pod]\n[]\n'],
      [one('command', { command: ['/words', 'mine'] }), '[mine]\n'],
      [one('both', { command: ['/words'], args: ['$HOME; ls'] }), '[$HOME; ls]\n'],
      [one('directory', { command: ['pwd'] }), '/made\n'],
    ];
    const pod = await node.create(podFile({ containers: cases.map(([container]) => container) }));
    await pod.untilPhase('Succeeded');
    expect(await Promise.all(cases.map(([{ name }]) => pod.log(name)))).toEqual(cases.map(([, said]) => said));
    await pod.delete();
  });

  test('P4: a working directory that the image does not have is made', async () => {
    const pod = await node.create(podFile({ containers: [shell('main', 'pwd; ls -A | wc -l', { workingDir: '/not/there yet' })] }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log()).toBe('/not/there yet\n0\n');
    await pod.delete();
  });

  test('P5: standard input stays open for the next one who attaches, unless it is for one', async () => {
    const script = 'echo ready; while read word; do echo "got $word"; done; echo end';
    const pod = await node.create(podFile({ containers: [shell('once', script, { stdin: true, stdinOnce: true }), shell('open', script, { stdin: true })] }));
    await pod.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));
    for (const name of ['once', 'open']) {
      const { containerID = '' } = await pod.containerStatus(name);
      await eventually(async () => (await pod.log(name)) === 'ready\n');
      await attachStdin(engine.endpoint, containerID.replace('docker://', ''), 'first\n');
      await eventually(async () => (await pod.log(name)).includes('got first\n'));
    }
    await pod.until(({ containers }) => containers[0]?.state?.terminated?.exitCode === 0);
    expect(await pod.log('once')).toBe('ready\ngot first\nend\n');
    const { containerID = '', state } = await pod.containerStatus('open');
    expect(state?.running).toBeDefined();
    await attachStdin(engine.endpoint, containerID.replace('docker://', ''), 'second\n');
    await eventually(async () => (await pod.log('open')) === 'ready\ngot first\ngot second\n');
    await pod.delete();
  });

  test('P10: names of containers are unique, init containers among them', async () => {
    expect(await refusal({ containers: [shell('main', 'true'), shell('main', 'true')] })).toContain('pod.spec.containers[1]');
    expect(await refusal({ initContainers: [shell('main', 'true')], containers: [shell('main', 'true')] })).toContain('pod.spec.containers[0]');
  });

  const long = 'a'.repeat(62);
  test.each<[name: string, hostname: string | undefined, expected: string]>([
    ['plain', undefined, 'plain'],
    ['plain', 'chosen', 'chosen'],
    // 62 letters, then what must not be the end of a host name.
    [`${long}-b`, undefined, long],
    [`${long}.b`, undefined, long],
    [`${long}bc`, undefined, `${long}b`],
    [`${'long-'.repeat(40)}name`, undefined, `${'long-'.repeat(12)}lon`],
  ])('P60: a pod %s with the host name %p is %s to itself', async (name, hostname, expected) => {
    const pod = await node.create(podFile({ ...(hostname !== undefined && { hostname }), containers: [shell('main', 'hostname; grep -c "$(hostname)" /etc/hosts'), shell('other', 'hostname')] }, { name }));
    await pod.untilPhase('Succeeded');
    expect([await pod.log('main'), await pod.log('other')]).toEqual([`${expected}\n1\n`, `${expected}\n`]);
    await pod.delete();
  });

  test('P60: a host name that is none is refused', async () => {
    for (const hostname of ['Not_A_Label', 'a.b', 'x'.repeat(64), '-x']) {
      expect(await refusal({ hostname, containers: [shell('main', 'true')] })).toContain('pod.spec.hostname: ');
    }
  });

  test('P1: containers start side by side, and the end of one is not the end of the others', async () => {
    const body = toCreateBody(shellPod('', { containers: [shell('a', 'exec sleep 600'), shell('b', 'exit 0'), shell('c', 'exit 4')] }), makeStamp(new Date()));
    const pod = await node.create(body);
    const { containers } = await pod.until(({ containers: [a, b, c] }) => a?.state?.running !== undefined && b?.state?.terminated !== undefined && c?.state?.terminated !== undefined);
    expect(containers.slice(1).map(({ state }) => state?.terminated?.exitCode)).toEqual([0, 4]);
    expect(pod.view.phase).toBe('Running');
    await pod.delete();
  });
});
