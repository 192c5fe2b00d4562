import fc from 'fast-check';
import { describeWithEngine } from '../support/engine-under-test.js';
import { FAULTS } from '../support/faults.js';
import { countFigure, SEED, THOROUGH } from '../support/thorough.js';
import { CREATE, DELETE, RESTART } from './core/scenarios.js';
import { FaultyNode } from './faulty-node.js';
import { runTrials } from './lanes.js';
import { callsOf, type Trial } from './trial.js';

jest.setTimeout(3_600_000);

const PAIRS = THOROUGH ? 100 : 8;

describeWithEngine('an engine that does two calls wrong', (engine) => {
  test(`${PAIRS} random pairs of faults (SEED=${SEED})`, async () => {
    const node = await FaultyNode.open(engine);
    const scenarios = [];
    for (const scenario of [CREATE, RESTART, DELETE]) scenarios.push({ scenario, calls: await callsOf(node, scenario) });
    await node.close();
    const pair: fc.Arbitrary<Trial> = fc.constantFrom(...scenarios).chain(({ scenario, calls }) => {
      const blow = fc.record({ k: fc.integer({ min: 1, max: calls }), fault: fc.constantFrom(...FAULTS) });
      return fc.record({ scenario: fc.constant(scenario), blows: fc.uniqueArray(blow, { minLength: 2, maxLength: 2, selector: ({ k }) => k }) });
    });
    const verdicts = await runTrials(engine, fc.sample(pair, { numRuns: PAIRS, seed: SEED }));
    expect(verdicts.filter(({ violations }) => violations.length > 0)).toEqual([]);
    const both = verdicts.filter(({ struck }) => struck === 2).length;
    expect(both).toBeGreaterThan(0);
    countFigure({ what: 'two engine calls of a create, a restart or a delete struck, at random', count: both, unit: 'pairs of faults', outcome: 'the right end, or an error and nothing left' });
  });
});
