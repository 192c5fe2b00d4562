import { execFileSync } from 'node:child_process';
import { call } from '../support/endpoint.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { shellPod, TestNode, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const UNTIL_TIDIED_MS = 61_000;

skipAloud('P81: a container that is `removing`', 'the engine removes one in milliseconds; what is told of it is shown in test/unit/docker/status/engine-states.test.ts');

describeWithEngine('what the engine calls its containers', (engine) => {
  const clock = new HurriedClock();
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { clock });
  });
  afterAll(() => node.remove());

  const idOf = async (pod: TestPod): Promise<string> => ((await pod.containerStatus('main')).containerID ?? '').replace('docker://', '');
  const engineStateOf = async (id: string): Promise<string> => (await node.engine.inspectContainer(id)).State.Status;

  async function docker(path: string, body?: unknown): Promise<void> {
    const answer = await call(engine.endpoint, 'POST', path, { body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  }

  test('P81: times and codes are the engine\'s, in whole seconds; the end is never before the start', async () => {
    const pods = await Promise.all(Array.from({ length: 5 }, () => node.create(shellPod('exit 7'))));
    for (const pod of pods) {
      const { containers } = await pod.untilPhase('Failed');
      const { State } = await node.engine.inspectContainer(await idOf(pod));
      const seconds = (time: string): string => `${time.slice(0, 19)}Z`;
      const { startedAt = '', finishedAt = '', exitCode } = containers[0]?.state?.terminated ?? {};
      expect([startedAt, exitCode]).toEqual([seconds(State.StartedAt), 7]);
      expect([seconds(State.FinishedAt), seconds(State.StartedAt)]).toContain(finishedAt);
      expect(startedAt <= finishedAt).toBe(true);
      await pod.delete();
    }
  });

  test('P81: one that the engine starts again, by an operator\'s restart policy, is running for the cluster', async () => {
    const pod = await node.create(shellPod('sleep 0.2; exit 3', { restartPolicy: 'Never' }));
    await pod.untilPhase('Running');
    const id = await idOf(pod);
    await docker(`/containers/${id}/update`, { RestartPolicy: { Name: 'always' } });
    await eventually(async () => (await engineStateOf(id)) === 'restarting');
    await eventually(async () => ((await call(engine.endpoint, 'GET', `/containers/${id}/json`)).json() as { RestartCount: number }).RestartCount > 3);
    const { containers } = await pod.status();
    expect(containers[0]).toMatchObject({ restartCount: 0, containerID: `docker://${id}`, state: { running: {} } });
    await docker(`/containers/${id}/update`, { RestartPolicy: { Name: 'no' } });
    await pod.untilPhase('Failed');
    expect((await pod.containerStatus('main')).state?.terminated).toMatchObject({ exitCode: 3 });
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  const mayPin = process.getuid?.() === 0 && 'socketPath' in engine.endpoint;
  if (!mayPin) skipAloud('P81: a container that is `dead`', 'it takes root on the engine\'s host to have a removal fail');
  (mayPin ? test : test.skip)('P81: one that it failed to remove has ended as it had, and goes when it can', async () => {
    const pod = await node.create(shellPod('touch /pinned; echo words; exit 7', { restartPolicy: 'Never' }));
    await pod.untilPhase('Failed');
    const before = await pod.status();
    const id = await idOf(pod);
    const { GraphDriver } = (await call(engine.endpoint, 'GET', `/containers/${id}/json`)).json() as { GraphDriver: { Data: { UpperDir: string } } };
    const file = `${GraphDriver.Data.UpperDir}/pinned`;
    execFileSync('chattr', ['+i', file]);
    let deletion: Promise<void>;
    try {
      await expect(node.engine.removeContainer(id)).rejects.toThrow();
      expect(await engineStateOf(id)).toBe('dead');
      clock.advance(UNTIL_TIDIED_MS);
      expect(await pod.status()).toEqual(before);
      // The engine gives no log of it any more, and says so.
      for (const Follow of [false, true]) await expect(pod.log('main', { Follow })).rejects.toMatchObject({ status: 409, message: expect.stringMatching(/^the log of container main: .*dead or marked for removal/) as unknown });
      deletion = pod.delete();
      await untilHolds(async () => expect(await node.leftoversOf(pod)).toMatchObject({ containers: 2 }));
    } finally {
      execFileSync('chattr', ['-i', file]);
    }
    await eventually(() => {
      clock.advance(UNTIL_TIDIED_MS);
      return deletion.then(() => true);
    });
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });
});
