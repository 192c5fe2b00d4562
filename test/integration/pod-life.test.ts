import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { SAY_ADDRESS } from '../support/pod-scripts.js';
import { podFile, shell, shellPod, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('the life of a pod', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(async () => {
    await node.remove();
  });

  test('a pod runs, ends, is read and deleted, and nothing stays', async () => {
    const pod = await node.create(shellPod('echo out; echo err >&2; exit 0'));
    const { containers } = await pod.untilPhase('Succeeded');
    expect(containers).toEqual([
      expect.objectContaining({ name: 'main', restartCount: 0, ready: false, image: 'busybox:1.36', containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/) as string }),
    ]);
    expect((await pod.log()).split('\n').sort()).toEqual(['', 'err', 'out']);
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P81: exit codes are exact', async () => {
    const codes = [0, 1, 3, 42, 125, 143, 255];
    const pod = await node.create(podFile({ containers: codes.map((code) => shell(`c${code}`, `exit ${code}`)) }));
    const { containers } = await pod.untilPhase('Failed');
    expect(containers.map((status) => status.state?.terminated?.exitCode)).toEqual(codes);
    await pod.delete();
  });

  test('P2: command and args are argv, with $(VAR) expanded and nothing else', async () => {
    const args = ['plain', 'with blank', '$HOME', '$(WHO)', '$$(WHO)', '$(NOBODY)', '"quoted"', "it's", 'a;b|c&d', 'new\nline', 'ünïcode ☕', ''];
    const pod = await node.create(podFile({ containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'for a; do printf "%s\\0" "$a"; done', 'sh'], args, env: [{ name: 'WHO', value: 'me $HOME' }] }] }));
    await pod.untilPhase('Succeeded');
    expect((await pod.log()).split('\0').slice(0, -1)).toEqual(['plain', 'with blank', '$HOME', 'me $HOME', '$(WHO)', '$(NOBODY)', '"quoted"', "it's", 'a;b|c&d', 'new\nline', 'ünïcode ☕', '']);
    await pod.delete();
  });

  test('env values arrive byte for byte, odd names too', async () => {
    const values: Record<string, string> = { PLAIN: 'x', EMPTY: '', QUOTES: `a "b" 'c' \`d\``, DOLLAR: '$HOME ${HOME}', LINES: 'one\ntwo\n', 'BAD-NAME.txt': '=;&|', UTF: 'žluťoučký' };
    const env = Object.entries(values).map(([name, value]) => ({ name, value }));
    const pod = await node.create(podFile({ containers: [{ name: 'main', image: 'busybox:1.36', command: ['cat', '/proc/self/environ'], env }] }));
    await pod.untilPhase('Succeeded');
    const seen = (await pod.log()).split('\0');
    for (const [name, value] of Object.entries(values)) expect(seen).toContain(`${name}=${value}`);
    await pod.delete();
  });

  test('what interLink has resolved is never expanded again', async () => {
    const file = podFile({ containers: [{ name: 'main', image: 'busybox:1.36', command: ['cat', '/proc/self/environ'], env: [{ name: 'PLAIN', value: 'x' }, { name: 'RAW', value: 'raw' }] }] });
    const body = toCreateBody(file, makeStamp(new Date()));
    const sent = JSON.parse(JSON.stringify(body).replace('"raw"', () => '"$(PLAIN) $$(PLAIN)"')) as typeof body;
    const pod = await node.create(sent);
    await pod.untilPhase('Succeeded');
    expect((await pod.log()).split('\0')).toContain('RAW=$(PLAIN) $$(PLAIN)');
    await pod.delete();
  });

  test('P1: containers of a pod share localhost and an emptyDir that any user can write to', async () => {
    const pod = await node.create(
      podFile({
        volumes: [{ name: 'site', emptyDir: {} }],
        containers: [
          shell('web', 'until [ -f /srv/index.html ]; do sleep 0.1; done; exec httpd -f -p 8080 -h /srv', { volumeMounts: [{ name: 'site', mountPath: '/srv' }] }),
          shell('writer', 'stat -c %a /site; echo hello > /site/index.html', { volumeMounts: [{ name: 'site', mountPath: '/site' }] }),
          shell('reader', 'until wget -q -O - http://127.0.0.1:8080/index.html 2>/dev/null; do sleep 0.1; done'),
        ],
      }),
    );
    await pod.until(({ containers }) => containers.filter((status) => status.state?.terminated?.exitCode === 0).length === 2);
    expect(await pod.log('reader')).toBe('hello\n');
    expect(await pod.log('writer')).toBe('777\n');
    expect(pod.view.phase).toBe('Running');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P6: init containers run in order, one at a time, before the main ones', async () => {
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const step = (name: string) => shell(name, `echo begin ${name} >> /work/order; sleep 0.3; echo end ${name} >> /work/order`, { volumeMounts });
    const pod = await node.create(podFile({ volumes: [{ name: 'work', emptyDir: {} }], initContainers: [step('one'), step('two'), step('three')], containers: [shell('main', 'cat /work/order', { volumeMounts })] }));
    const { initContainers } = await pod.untilPhase('Succeeded');
    expect(await pod.log('main')).toBe('begin one\nend one\nbegin two\nend two\nbegin three\nend three\n');
    expect(initContainers.map(({ name, state }) => [name, state?.terminated?.exitCode])).toEqual([['one', 0], ['two', 0], ['three', 0]]);
    await pod.delete();
  });

  test('P7: an init container that fails for good fails the pod, and nothing after it runs', async () => {
    const pod = await node.create(podFile({ initContainers: [shell('bad', 'exit 7'), shell('later', 'true')], containers: [shell('main', 'true')] }));
    const { containers, initContainers } = await pod.untilPhase('Failed');
    expect(initContainers.map((status) => status.state?.terminated?.exitCode)).toEqual([7, expect.any(Number)]);
    expect(initContainers[1]?.containerID ?? '').toBe('');
    expect(containers[0]?.state?.terminated?.exitCode).not.toBe(0);
    await pod.delete();
  });

  test.each<[name: string, command: string[], exitCode: number]>([
    ['no such command', ['/no/such/command'], 127],
    ['not executable', ['/etc/passwd'], 126],
  ])('P83: a start that fails is an end: %s', async (_name, command, exitCode) => {
    const pod = await node.create(podFile({ containers: [{ name: 'main', image: 'busybox:1.36', command }] }));
    const { containers } = await pod.untilPhase('Failed');
    expect(containers[0]?.state?.terminated?.exitCode).toBe(exitCode);
    expect(containers[0]?.state?.terminated?.message).toMatch(/^(ContainerCannotRun|StartError): /);
    await pod.delete();
  });

  test('P72: a failed container is restarted under OnFailure, and the attempt before is told', async () => {
    const pod = await node.create(
      podFile({
        restartPolicy: 'OnFailure',
        volumes: [{ name: 'state', emptyDir: {} }],
        containers: [shell('main', 'if [ -f /state/once ]; then echo second; else touch /state/once; echo first; exit 5; fi', { volumeMounts: [{ name: 'state', mountPath: '/state' }] })],
      }),
    );
    const { containers } = await pod.untilPhase('Succeeded');
    expect(containers[0]).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 0 } }, lastState: { terminated: { exitCode: 5 } } });
    expect(await pod.log('main')).toBe('second\n');
    expect(await pod.log('main', { Previous: true })).toBe('first\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P71: a container that keeps failing waits in CrashLoopBackOff and is never terminated', async () => {
    const pod = await node.create(shellPod('exit 1', { restartPolicy: 'Always' }));
    const { containers } = await pod.until((status) => status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(containers[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    expect(pod.view.phase).not.toBe('Failed');
    await pod.delete();
  });

  test('TERM comes first, and the grace period is the pod\'s', async () => {
    const trap = (name: string) => shell(name, `trap 'echo ${name} got TERM; exit 9' TERM; echo ready; while :; do sleep 0.1; done`);
    const pod = await node.create(shellPod('', { containers: [trap('one')], terminationGracePeriodSeconds: 20 }));
    await pod.untilPhase('Running');
    const log = pod.log('one', { Follow: true });
    await pod.delete();
    expect(await log).toMatch(/^ready\none got TERM\n$/);
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('P5: a terminal and standard input are the container\'s', async () => {
    const pod = await node.create(podFile({ containers: [shell('tty', '[ -t 0 ] && [ -t 1 ] && echo terminal', { stdin: true, tty: true }), shell('none', 'read line || echo end of file')] }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log('tty')).toBe('terminal\r\n');
    expect(await pod.log('none')).toBe('end of file\n');
    await pod.delete();
  });

  test('P57: a pod keeps its address over restarts of its container, and the ports that it names are there for others', async () => {
    const serve = `${SAY_ADDRESS}; mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www`;
    const server = await node.create(shellPod(serve, { restartPolicy: 'Always' }, { ports: [{ containerPort: 8080, name: 'web' }] }));
    await server.untilLogged('.');
    const address = (await server.log()).trim();
    const asking = await node.create(shellPod(`until wget -q -O - http://${address}:8080/index.html 2>/dev/null; do sleep 0.1; done`));
    await asking.untilPhase('Succeeded');
    expect(await asking.log()).toBe('hello\n');
    await node.engine.killContainer(`k8s_main_test_default_${server.uid}_0`, 'KILL');
    await server.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
    await server.untilLogged('.');
    expect((await server.log()).trim()).toBe(address);
    await Promise.all([server.delete(), asking.delete()]);
  });

  test('P4: the working directory is the pod\'s', async () => {
    const pod = await node.create(podFile({ containers: [shell('main', 'pwd', { workingDir: '/var' })] }));
    await pod.untilPhase('Succeeded');
    expect(await pod.log()).toBe('/var\n');
    await pod.delete();
  });
});
