import type { PodStatusJson } from '../../src/wire/index.js';
import { call } from '../support/endpoint.js';
import { eventually } from '../support/eventually.js';
import { ACTIONS, type Action, BY_ENGINE, MISTAKEN, named, ROWS, type Row, UNSEEN, untouched } from '../support/operator-rows.js';
import { strayContainers } from '../support/outage-pods.js';
import type { OwnEngine } from '../support/own-engine.js';
import { describeWithOwnEngine } from '../support/own-engine.js';
import { startOwnNode } from '../support/own-node.js';
import { SteeredNode } from '../support/steered-node.js';
import type { TestPod } from '../support/test-node.js';
import { countFigure, SEED, sampled } from '../support/thorough.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(600_000);

interface Handled {
  readonly row: Row;
  readonly pod: TestPod;
  readonly before: PodStatusJson;
}

describeWithOwnEngine(`somebody else handles containers of pods, seed ${SEED}`, () => {
  let engine: OwnEngine;
  let node: SteeredNode;
  beforeAll(async () => {
    ({ engine, node } = await startOwnNode());
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    await engine.remove();
  }, 120_000);

  async function create(rows: readonly Row[]): Promise<readonly Handled[]> {
    return Promise.all(rows.map(async (one): Promise<Handled> => {
      const pod = await node.create(one.file());
      const before = await eventually(async () => {
        const status = await pod.status();
        const awaited = one.target === 'init' || one.of.includes('initialises') ? status.initContainers : status.containers;
        return awaited.length > 0 && awaited.every(({ state }) => state?.running !== undefined) && status;
      }, { deadlineMs: 120_000 });
      return { row: one, pod, before };
    }));
  }

  async function docker(action: Action, id: string): Promise<void> {
    const [method, path] = ACTIONS[action];
    const answer = await call(engine.endpoint, method, `/containers/${id}${path}${action === 'rename' ? id : ''}`);
    if (answer.status >= 300) throw new Error(`docker ${action} ${id}: ${answer.status} ${answer.text}`);
  }

  async function handle({ row: { actions, target }, pod, before }: Handled): Promise<void> {
    const id = target === 'sandbox' ? await sandboxOf(pod) : (named(before, target)?.containerID ?? '').replace('docker://', '');
    // Under load the engine fails to freeze processes, now and then.
    for (const action of actions) await (action === 'pause' ? eventually(() => docker(action, id).then(() => true)) : docker(action, id));
  }

  async function sandboxOf(pod: TestPod): Promise<string> {
    const filters = JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.docker.type=podsandbox'] });
    const [sandbox] = (await call(engine.endpoint, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(filters)}`)).json() as { Id: string }[];
    if (sandbox === undefined) throw new Error('the pod has no sandbox');
    return sandbox.Id;
  }

  /** All of them as expected at the same time, each with its record; then deleted, and nothing is left. */
  async function expectAll(handled: readonly Handled[]): Promise<void> {
    await untilHolds(async () => {
      const wrong: string[] = [];
      for (const { row: one, pod, before } of handled) {
        const status = await node.know(pod).status();
        try {
          one.expected(status, before);
          await sandboxOf(pod);
        } catch (error) {
          wrong.push(`docker ${one.actions.join()} of the ${one.target} of ${one.of}; not so: ${one.then}. ${String(error)} ${JSON.stringify(status)}`);
        }
      }
      wrong.push(...(await strayContainers(node.name, handled.map(({ pod }) => pod), engine.endpoint)));
      expect(wrong).toEqual([]);
    }, { deadlineMs: 90_000, intervalMs: 500 });
    await Promise.all(handled.map(({ pod }) => node.know(pod).delete()));
    for (const { pod } of handled) expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  }

  test('while the plugin runs: each is told and mended by Kubernetes\' sense', async () => {
    const handled = await create([...sampled(ROWS, 2), ...BY_ENGINE]);
    await Promise.all(handled.map(handle));
    await expectAll(handled);
    countFigure({ what: 'docker rm, stop, kill, pause, rename, restart behind the plugin\'s back', count: handled.length, unit: 'pods', outcome: 'told and mended as their restartPolicy says' });
  });

  test('while it does not run: the next one tells and mends', async () => {
    const handled = await create(sampled(UNSEEN, 2));
    await node.stop();
    await Promise.all(handled.map(handle));
    node = await SteeredNode.start({ socketPath: engine.socketPath, node: node.name });
    await expectAll(handled);
    countFigure({ what: 'the same while no plugin runs', count: handled.length, unit: 'pods', outcome: 'told and mended by the next one' });
  });

  test('a pod that is not as it should be is noticed', async () => {
    const [handled] = await create([MISTAKEN]);
    if (handled === undefined) throw new Error('no pod');
    await handle(handled);
    await handled.pod.untilPhase('Failed');
    const status = await handled.pod.status();
    expect(() => handled.row.expected(status, handled.before)).toThrow();
    expect(() => untouched()(status, handled.before)).toThrow();
    await handled.pod.delete();
  });
});
