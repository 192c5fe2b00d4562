import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type LogBody, type PodFile, toLogBody } from '../../src/caller/index.js';
import { connectEngine } from '../../src/engine/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { startHoldingRegistry } from '../support/holding-registry.js';
import { callNode } from '../support/raw-calls.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d)) (.*)$/;

describeWithEngine('logs on the wire', (engine) => {
  let proxy: FaultProxy;
  let node: TestNode;
  beforeAll(async () => {
    proxy = await FaultProxy.start(engine.endpoint);
    node = await TestNode.start(engine, { connect: () => connectEngine({ kind: 'socket', path: proxy.socketPath }) });
  });
  afterAll(async () => {
    await node.remove();
    await proxy.stop();
  });

  const follow = (pod: TestPod, container = '', options: Partial<LogBody['Opts']> = {}): Promise<Readable> => node.caller.getLogs(toLogBody(pod.pod, container, { Follow: true, ...options }));
  /** Whether the plugin still reads a log from the engine. */
  const readsLogs = (): boolean => proxy.calls.some(({ path, isOver }) => path.endsWith('/logs') && !isOver);
  const running = async (script: string): Promise<TestPod> => {
    const pod = await node.create(shellPod(script));
    await pod.untilPhase('Running');
    return pod;
  };

  describe.each([{ tty: false, eol: '\n' }, { tty: true, eol: '\r\n' }])('P86: of a container that has ended, tty: $tty', ({ tty, eol }) => {
    const words = ['one', 'two', '', 'four', 'five ☕'];
    const lines = words.map((word) => word + eol);
    let pod: TestPod;

    beforeAll(async () => {
      pod = await node.create(podFile({ containers: [shell('main', words.map((word) => `echo '${word}'`).join('; sleep 0.1; '), { tty })] }));
      await pod.untilPhase('Succeeded');
    });
    afterAll(() => pod.delete());

    test.each<[options: Partial<LogBody['Opts']>, expected: string]>([
      [{}, lines.join('')],
      [{ Tail: 2 }, lines.slice(-2).join('')],
      [{ Tail: 1000 }, lines.join('')],
      [{ Bytes: 6 }, lines.join('').slice(0, 6)],
      [{ Tail: 2, Bytes: 3 }, 'fou'],
      [{ SinceSeconds: 3600 }, lines.join('')],
      [{ SinceTime: '2038-01-01T00:00:00Z' }, ''],
      [{ Follow: true }, lines.join('')],
      [{ Follow: true, Tail: 1 }, lines.slice(-1).join('')],
      [{ Previous: true }, ''],
    ])('%j', async (options, expected) => {
      expect(await pod.log('main', options)).toBe(expected);
    });

    test('time stamps: one before each line, in order, and since one of them begins with its line', async () => {
      const stamped = (await pod.log('main', { Timestamps: true })).split(eol).slice(0, -1).map((line) => STAMPED.exec(line) ?? [line]);
      expect(stamped.map(([, , word]) => word)).toEqual(words);
      const stamps = stamped.map(([, stamp]) => stamp ?? '');
      expect([...stamps].sort()).toEqual(stamps);
      for (const [index, stamp] of stamps.entries()) expect(await pod.log('main', { SinceTime: stamp })).toBe(lines.slice(index).join(''));
      expect(await pod.log('main', { SinceTime: stamps[1] ?? '', Tail: 2, Timestamps: true })).toBe(lines.slice(-2).map((line, index) => `${stamps[index + 3]} ${line}`).join(''));
    });

    test('lines fall out of the last second as time goes by', async () => {
      expect(await eventually(async () => ((await pod.log('main', { SinceSeconds: 1 })) === '' ? 'empty' : undefined))).toBe('empty');
    });
  });

  test('P87: a follow gives what is written as it is written, the last words too', async () => {
    const pod = await node.create(shellPod("trap 'echo more; printf end; exit 0' TERM; echo begun; while :; do sleep 0.1; done", { terminationGracePeriodSeconds: 30 }));
    await pod.untilPhase('Running');
    const log = await follow(pod);
    const [first] = (await once(log, 'data')) as [Buffer];
    expect(first.toString()).toBe('begun\n');
    const rest = text(log);
    await pod.delete();
    expect(await rest).toBe('more\nend');
    await eventually(() => !readsLogs());
  });

  test('a follow of a container that ends by itself has all of it', async () => {
    const pod = await running('for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; printf end');
    expect(await text(await follow(pod))).toBe('1\n2\n3\n4\n5\nend');
    await pod.untilPhase('Succeeded');
    await pod.delete();
  });

  test.each<Partial<LogBody['Opts']>>([{}, { Tail: 1 }, { Timestamps: true }, { SinceTime: '2038-01-01T00:00:00Z' }])('a caller that leaves a silent container is noticed: follow, %j', async (options) => {
    const pod = await running('echo begun; exec sleep 600');
    const log = await follow(pod, 'main', options);
    await eventually(readsLogs);
    log.destroy();
    await eventually(() => !readsLogs());
    expect(await pod.log()).toBe('begun\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('a delete does not wait for those who follow, and their logs end', async () => {
    const pod = await running('echo begun; exec sleep 600');
    const logs = await Promise.all(Array.from({ length: 5 }, () => follow(pod)));
    const texts = Promise.all(logs.map((log) => text(log)));
    await pod.delete();
    expect(await texts).toEqual(Array.from({ length: 5 }, () => 'begun\n'));
    await eventually(() => !readsLogs());
  });

  test('a log that breaks off on the engine\'s side does not look like one that has ended', async () => {
    const pod = await running('echo begun; exec sleep 600');
    const log = await follow(pod);
    await once(log, 'data');
    const rest = text(log);
    proxy.cut(({ path }) => path.endsWith('/logs'));
    await expect(rest).rejects.toThrow();
    expect(await pod.log()).toBe('begun\n');
    await pod.delete();
  });

  test('P88: the attempt before is told by previous, whole and in part', async () => {
    const volumeMounts = [{ name: 'state', mountPath: '/state' }];
    const script = 'if [ -e /state/once ]; then echo second; exec sleep 600; fi; touch /state/once; echo a; echo first; exit 1';
    const pod = await node.create(podFile({ restartPolicy: 'Always', volumes: [{ name: 'state', emptyDir: {} }], containers: [shell('main', script, { volumeMounts })] }));
    await pod.until(({ containers: [main] }) => main?.restartCount === 1 && main.state?.running !== undefined);
    await eventually(async () => (await pod.log('main')) === 'second\n');
    expect(await pod.log('main', { Previous: true })).toBe('a\nfirst\n');
    expect(await pod.log('main', { Previous: true, Tail: 1, Follow: true })).toBe('first\n');
    await pod.delete();
  });

  test('a container that has not started has an empty log, followed or not', async () => {
    const registry = await startHoldingRegistry();
    const pod = await node.create(podFile({ initContainers: [{ name: 'held', image: registry.image, imagePullPolicy: 'Always' }], containers: [shell('main', 'echo never')] }));
    await eventually(() => registry.requests.length > 0);
    for (const container of ['held', 'main', '']) {
      expect(await pod.log(container)).toBe('');
      expect(await pod.log(container, { Follow: true, Timestamps: true, Tail: 5 })).toBe('');
    }
    await pod.delete();
    await registry.stop();
  });

  test('P88: containers are told apart by name, init containers too; without one it is the first, or the annotated one', async () => {
    const file: PodFile = podFile({ initContainers: [shell('init', 'echo of init')], containers: [shell('first', 'echo of first'), shell('second', 'echo of second')] });
    const annotated: PodFile = { ...file, pod: { ...file.pod, metadata: { ...file.pod.metadata, annotations: { 'kubectl.kubernetes.io/default-container': 'second' } } } };
    for (const [manifest, preferred] of [[file, 'first'], [annotated, 'second']] as const) {
      const pod = await node.create(manifest);
      await pod.untilPhase('Succeeded');
      for (const name of ['init', 'first', 'second']) expect(await pod.log(name)).toBe(`of ${name}\n`);
      expect(await pod.log('')).toBe(`of ${preferred}\n`);
      await pod.delete();
    }
  });

  test('a container that the pod has not, and a pod that is not here, are refused by name', async () => {
    const pod = await running('exec sleep 600');
    const wrong = await callNode(node, 'GET', '/getLogs', toLogBody(pod.pod, 'nobody'));
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('nobody') as string]);
    await pod.delete();
    const gone = await callNode(node, 'GET', '/getLogs', toLogBody(pod.pod, 'main'));
    expect([gone.status, gone.text]).toEqual([404, expect.stringContaining(pod.uid) as string]);
  });
});
