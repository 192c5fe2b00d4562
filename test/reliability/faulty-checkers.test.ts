import { LABEL } from '../../src/docker/record/index.js';
import { call, type Endpoint } from '../support/endpoint.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import type { TestPod } from '../support/test-node.js';
import { pluginViolations } from './core/invariants.js';
import { CREATE, type Scenario } from './core/scenarios.js';
import { FaultyNode } from './faulty-node.js';
import { runTrial, type Verdict } from './trial.js';

jest.setTimeout(300_000);

/** Of what is planted, none is mended. */
const IMPATIENT = { settleMs: 5_000, deleteMs: 5_000 };

describeWithEngine('planted, to be found by a trial', (engine) => {
  let node: FaultyNode;
  beforeAll(async () => {
    node = await FaultyNode.open(engine);
  });
  afterAll(() => node.close());

  const trial = (scenario: Partial<Scenario>): Promise<Verdict> => runTrial(node, { scenario: { ...CREATE, ...scenario }, blows: [] }, undefined, IMPATIENT);

  test('something is left of a create that was refused', async () => {
    const { violations } = await trial({
      act: async (pod: TestPod, endpoint: Endpoint) => {
        await call(endpoint, 'POST', '/volumes/create', { body: { Name: `${node.name}-left`, Labels: { [LABEL.node]: node.name, [LABEL.podUid]: pod.uid } } });
        throw new Error('refused');
      },
    });
    expect(violations).toEqual([expect.stringMatching(/^an orphan volume/), `left after a later delete: volume ${node.name}-left`]);
    await call(engine.endpoint, 'DELETE', `/volumes/${node.name}-left`);
  });

  test('an error that no caller sees', async () => {
    const { violations } = await trial({ act: () => Promise.resolve() });
    expect(violations).toContain('the pod is lost: nothing of it is on the engine');
  });

  test('a worker that does not get on', async () => {
    const takeBack = node.proxy.answer(({ method, path }) => method === 'DELETE' && path.startsWith('/containers/'), 500);
    const { violations } = await trial({
      act: async (pod) => {
        await pod.create();
        await pod.untilPhase('Running', 60_000);
      },
    });
    takeBack();
    expect(violations).toEqual(expect.arrayContaining(['a later delete is answered: never', expect.stringMatching(/^left after a later delete: container/)]));
  });
});

describeWithEngine('planted in the plugin', (engine) => {
  test.each([
    ['a rejection that nobody handles', 'Promise.reject(new Error("planted"))'],
    ['an exception that nobody catches', 'throw new Error("planted")'],
  ])('%s', async (_name, code) => {
    const plant = `process.on("SIGUSR2",()=>{${code}})`;
    const node = await FaultyNode.open(engine, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(plant)}` });
    expect(pluginViolations(node.plugin.stderr, node.plugin.isRunning)).toEqual([]);
    await node.plugin.kill('SIGUSR2');
    const violations = pluginViolations(node.plugin.stderr, node.plugin.isRunning);
    await node.close();
    expect(violations).toEqual(expect.arrayContaining([expect.stringMatching(/planted/), 'the plugin has ended by itself']));
  });
});
