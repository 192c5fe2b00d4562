import { call } from '../support/endpoint.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { SAY_ADDRESS, untilTerm } from '../support/pod-scripts.js';
import { podFile, shell, shellPod, TestNode, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const NOTHING = { containers: 0, volumes: 0 };
/** Is asked to end by TERM and does not. */
const DEAF = "trap '' TERM; echo up; while :; do sleep 0.1; done";

describeWithEngine('somebody else handles the containers of pods', (engine) => {
  const { endpoint } = engine;
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(async () => {
    await node.remove();
  });

  /** What an operator's `docker` command asks of the engine. */
  async function docker(method: 'POST' | 'DELETE', path: string): Promise<void> {
    const answer = await call(endpoint, method, `/containers/${path}`);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }

  const idOf = async (pod: TestPod, name = 'main'): Promise<string> => ((await pod.containerStatus(name)).containerID ?? '').replace('docker://', '');

  async function sandboxOf(pod: TestPod): Promise<string> {
    const filters = JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.docker.type=podsandbox'] });
    const rows = (await call(endpoint, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(filters)}`)).json() as { Id: string }[];
    if (rows[0] === undefined) throw new Error('the pod has no sandbox');
    return rows[0].Id;
  }

  const firstLine = (pod: TestPod, container = ''): Promise<string> => eventually(async () => /^(.+)\n/.exec(await pod.log(container))?.[1]);

  /** A pod whose program has begun: it has set its traps. */
  async function begun(script: string, restartPolicy: 'Always' | 'OnFailure' | 'Never', containers?: ReturnType<typeof shell>[]): Promise<TestPod> {
    const pod = await node.create(shellPod('', { restartPolicy, containers: containers ?? [shell('main', script.includes('echo up') ? script : `echo up; ${script}`)] }));
    await pod.until((status) => status.containers.every(({ state }) => state?.running !== undefined));
    for (const { name } of pod.pod.spec.containers) await firstLine(pod, name);
    return pod;
  }

  const restarted = (pod: TestPod, times = 1) => pod.until((status) => status.containers.every(({ state, restartCount }) => state?.running !== undefined && restartCount === times));

  async function expectGoneAfterDelete(pod: TestPod): Promise<void> {
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual(NOTHING);
  }

  describe('docker stop', () => {
    test.each<[does: string, script: string, exitCode: number]>([
      ['traps TERM and exits 0', untilTerm(0), 143],
      ['traps TERM and exits 7', untilTerm(7), 7],
      ['does not listen', DEAF, 137],
    ])('under Never the pod has failed: a program that %s', async (_does, script, exitCode) => {
      const pod = await begun(script, 'Never');
      await docker('POST', `${await idOf(pod)}/stop?t=1`);
      const { containers } = await pod.untilPhase('Failed');
      expect(containers[0]).toMatchObject({ restartCount: 0, state: { terminated: { exitCode, message: expect.stringContaining('from outside') as string } } });
      await expectGoneAfterDelete(pod);
    });

    test.each<['Always' | 'OnFailure']>([['Always'], ['OnFailure']])('under %s it is restarted, with the same address', async (restartPolicy) => {
      const pod = await begun('', restartPolicy, [shell('main', `${SAY_ADDRESS}; ${untilTerm(0)}`)]);
      const address = await firstLine(pod);
      await docker('POST', `${await idOf(pod)}/stop`);
      const { containers } = await restarted(pod);
      expect(containers[0]?.lastState?.terminated).toMatchObject({ exitCode: 143, signal: 15 });
      expect(await firstLine(pod)).toBe(address);
      await expectGoneAfterDelete(pod);
    });

    test('of one container of several: the others go on', async () => {
      const pod = await begun('', 'Always', [shell('stopped', `echo up; ${untilTerm(0)}`), shell('other', `echo up; ${untilTerm(0)}`)]);
      const other = await pod.containerStatus('other');
      await docker('POST', `${await idOf(pod, 'stopped')}/stop`);
      await pod.until(({ containers }) => containers[0]?.restartCount === 1 && containers[0].state?.running !== undefined);
      expect(await pod.containerStatus('other')).toEqual(other);
      await expectGoneAfterDelete(pod);
    });

    test('of a program that goes on for longer than a stop lasts means nothing', async () => {
      const pod = await begun("n=0; trap 'echo asked' TERM; echo up; while [ $n -lt 170 ]; do sleep 0.1; n=$((n+1)); done; exit 0", 'Never');
      await docker('POST', `${await idOf(pod)}/kill?signal=TERM`);
      await untilHolds(async () => expect(await pod.log()).toContain('asked'));
      const { containers } = await pod.untilPhase('Succeeded', 60_000);
      expect(containers[0]?.state?.terminated?.exitCode).toBe(0);
      await expectGoneAfterDelete(pod);
    });
  });

  describe('docker kill', () => {
    test('under Never the pod has failed with 137', async () => {
      const pod = await begun(untilTerm(0), 'Never');
      await docker('POST', `${await idOf(pod)}/kill`);
      const { containers } = await pod.untilPhase('Failed');
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 137, signal: 9 });
      await expectGoneAfterDelete(pod);
    });

    test('under Always it is restarted', async () => {
      const pod = await begun(untilTerm(0), 'Always');
      await docker('POST', `${await idOf(pod)}/kill`);
      const { containers } = await restarted(pod);
      expect(containers[0]?.lastState?.terminated?.exitCode).toBe(137);
      await expectGoneAfterDelete(pod);
    });

    test('by HUP means nothing: what the program makes of it is its own', async () => {
      const ends = await begun("trap 'exit 0' HUP; echo up; while :; do sleep 0.1; done", 'Never');
      const goesOn = await begun("trap 'echo again' HUP; echo up; while :; do sleep 0.1; done", 'Never');
      await docker('POST', `${await idOf(ends)}/kill?signal=HUP`);
      await docker('POST', `${await idOf(goesOn)}/kill?signal=HUP`);
      const { containers } = await ends.untilPhase('Succeeded');
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
      await untilHolds(async () => expect(await goesOn.log()).toBe('up\nagain\n'));
      expect((await goesOn.status()).containers[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
      for (const pod of [ends, goesOn]) await expectGoneAfterDelete(pod);
    });
  });

  describe('docker rm -f', () => {
    test('under Never the pod has failed with 137, and nothing of it runs again', async () => {
      const pod = await begun(untilTerm(0), 'Never');
      await docker('DELETE', `${await idOf(pod)}?force=1`);
      const { containers } = await pod.untilPhase('Failed');
      expect(containers[0]).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 137 } } });
      expect(await node.leftoversOf(pod)).toEqual({ containers: 1, volumes: 0 });
      expect(await pod.log()).toBe('');
      await expectGoneAfterDelete(pod);
    });

    test('under Always it is restarted, and counted', async () => {
      const pod = await begun(untilTerm(0), 'Always');
      await docker('DELETE', `${await idOf(pod)}?force=1`);
      const { containers } = await restarted(pod);
      expect(containers[0]?.lastState?.terminated?.exitCode).toBe(137);
      await expectGoneAfterDelete(pod);
    });

    test('of a container that had ended: the pod stays as it was', async () => {
      const pod = await node.create(shellPod('exit 0'));
      const before = await pod.untilPhase('Succeeded');
      await docker('DELETE', `${await idOf(pod)}?force=1`);
      await untilHolds(async () => expect((await node.leftoversOf(pod)).containers).toBe(1));
      expect(await node.know(pod).status()).toEqual(before);
      await expectGoneAfterDelete(pod);
    });

    test('of everything at once: an Always pod is made again, volumes and all', async () => {
      const pod = await node.create(
        podFile({ restartPolicy: 'Always', volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', `${SAY_ADDRESS}; echo run >> /work/runs; cat /work/runs; ${untilTerm(0)}`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }),
      );
      await pod.untilPhase('Running');
      const address = await firstLine(pod);
      const sandbox = await sandboxOf(pod);
      await Promise.all([docker('DELETE', `${await idOf(pod)}?force=1`), docker('DELETE', `${sandbox}?force=1`)]);
      await restarted(pod);
      await untilHolds(async () => expect(await pod.log()).toBe(`${address}\nrun\nrun\n`));
      await expectGoneAfterDelete(pod);
    });
  });

  describe('docker pause', () => {
    test('P81: a paused pod counts as running, and goes on', async () => {
      const pod = await begun(untilTerm(0), 'Never');
      const before = await pod.status();
      await docker('POST', `${await idOf(pod)}/pause`);
      await node.create(shellPod('true')).then((other) => other.untilPhase('Succeeded'));
      expect(await pod.status()).toEqual(before);
      await docker('POST', `${await idOf(pod)}/unpause`);
      expect(await pod.status()).toEqual(before);
      await expectGoneAfterDelete(pod);
    });

    test('a paused pod can be deleted', async () => {
      const pod = await begun(untilTerm(0), 'Never');
      await docker('POST', `${await idOf(pod)}/pause`);
      await expectGoneAfterDelete(pod);
    });
  });

  describe('docker rename', () => {
    test('of a main container: it stays the pod\'s, and is restarted when it ends', async () => {
      const pod = await begun(untilTerm(3), 'OnFailure');
      const before = await pod.status();
      const id = await idOf(pod);
      await docker('POST', `${id}/rename?name=${pod.uid}-mine`);
      expect(await pod.status()).toEqual(before);
      await docker('POST', `${id}/kill?signal=TERM`);
      const { containers } = await restarted(pod);
      expect(containers[0]?.lastState?.terminated?.exitCode).toBe(3);
      await expectGoneAfterDelete(pod);
    });

    test('of a later attempt: the count stays', async () => {
      const pod = await begun(untilTerm(3), 'Always');
      await docker('POST', `${await idOf(pod)}/kill`);
      await restarted(pod);
      await docker('POST', `${await idOf(pod)}/rename?name=${pod.uid}-mine`);
      await node.create(shellPod('true')).then((other) => other.untilPhase('Succeeded'));
      expect((await pod.status()).containers[0]).toMatchObject({ restartCount: 1, state: { running: {} } });
      await expectGoneAfterDelete(pod);
    });

    test.each<[kind: string, containers: ReturnType<typeof shell>[]]>([
      ['a pod of one container', [shell('main', `echo up; ${untilTerm(0)}`)]],
      ['a pod of several', [shell('main', `echo up; ${untilTerm(0)}`), shell('other', `echo up; ${untilTerm(0)}`)]],
    ])('of a sandbox: the pod runs on, restarts and is deleted: %s', async (_kind, containers) => {
      const pod = await begun('', 'Always', containers);
      const before = await pod.status();
      await docker('POST', `${await sandboxOf(pod)}/rename?name=${pod.uid}-sandbox`);
      await docker('POST', `${await idOf(pod)}/kill`);
      await pod.until((status) => status.containers[0]?.restartCount === 1 && status.containers[0].state?.running !== undefined);
      expect((await pod.status()).containers.slice(1)).toEqual(before.containers.slice(1));
      expect((await node.leftoversOf(pod)).containers).toBe(containers.length + 2);
      await expectGoneAfterDelete(pod);
    });
  });

  describe('the sandbox of a pod of several containers', () => {
    const say = (name: string) => shell(name, `${SAY_ADDRESS}; ${untilTerm(0)}`);
    const WAYS: [way: string, act: (id: string) => Promise<void>][] = [
      ['docker rm -f', (id) => docker('DELETE', `${id}?force=1`)],
      ['docker stop', (id) => docker('POST', `${id}/stop?t=1`)],
      ['docker kill', (id) => docker('POST', `${id}/kill`)],
    ];

    test.each(WAYS)('%s under Always: all members are restarted, with the address they had', async (_way, act) => {
      const pod = await begun('', 'Always', [say('one'), say('two')]);
      const address = await firstLine(pod, 'one');
      expect(address).toMatch(/^10\./);
      await act(await sandboxOf(pod));
      await restarted(pod);
      expect([await firstLine(pod, 'one'), await firstLine(pod, 'two')]).toEqual([address, address]);
      await expectGoneAfterDelete(pod);
    });

    test.each(WAYS)('%s under Never: the members are stopped, the pod has failed', async (_way, act) => {
      const pod = await begun('', 'Never', [say('one'), say('two')]);
      await act(await sandboxOf(pod));
      const { containers } = await pod.untilPhase('Failed');
      for (const { restartCount, state } of containers) {
        expect(restartCount).toBe(0);
        expect([137, 143]).toContain(state?.terminated?.exitCode);
      }
      await expectGoneAfterDelete(pod);
    });

    test('under Never: what had succeeded before stays so', async () => {
      const pod = await node.create(podFile({ initContainers: [shell('init', 'true')], containers: [shell('done', 'echo once'), say('runs')] }));
      await pod.until(({ containers }) => containers[0]?.state?.terminated !== undefined && containers[1]?.state?.running !== undefined);
      await docker('DELETE', `${await sandboxOf(pod)}?force=1`);
      const { containers, initContainers } = await pod.untilPhase('Failed');
      expect(initContainers[0]?.state?.terminated?.exitCode).toBe(0);
      expect(containers.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
      expect(containers[0]?.state?.terminated?.exitCode).toBe(0);
      expect(containers[1]?.state?.terminated?.exitCode).not.toBe(0);
      expect(await pod.log('done')).toBe('once\n');
      await expectGoneAfterDelete(pod);
    });

    test('while an init container runs: it is run again, then the rest', async () => {
      const pod = await node.create(
        podFile({
          restartPolicy: 'Always',
          volumes: [{ name: 'work', emptyDir: {} }],
          initContainers: [shell('init', `echo begin >> /work/log; [ "$(wc -l < /work/log)" -gt 1 ] || { echo up; ${untilTerm(1)}; }`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] })],
          containers: [shell('main', `cat /work/log; ${untilTerm(0)}`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] })],
        }),
      );
      await firstLine(pod, 'init');
      await docker('DELETE', `${await sandboxOf(pod)}?force=1`);
      await pod.untilPhase('Running');
      await untilHolds(async () => expect(await pod.log('main')).toBe('begin\nbegin\n'));
      await expectGoneAfterDelete(pod);
    });
  });
});
