import { describeWithEngine } from '../support/engine-under-test.js';
import { FAULTS } from '../support/faults.js';
import { countFigure, sampled, SEED, THOROUGH } from '../support/thorough.js';
import { CREATE, DELETE, RESTART, type Scenario } from './core/scenarios.js';
import { FaultyNode } from './faulty-node.js';
import { runTrials } from './lanes.js';
import { callsOf, type Trial } from './trial.js';

jest.setTimeout(3_600_000);

const SCENARIOS: readonly Scenario[] = [CREATE, RESTART, DELETE];
/** A sample of all is tried at once, as its hangs take a minute side by side. */
const GROUPS: readonly (readonly [name: string, scenarios: readonly Scenario[]])[] = THOROUGH ? SCENARIOS.map((scenario) => [scenario.name, [scenario]]) : [['create, restart or delete', SCENARIOS]];

describeWithEngine('an engine that does one call wrong', (engine) => {
  test.each(GROUPS)(`each fault at each call of a %s (SEED=${SEED})`, async (name, scenarios) => {
    const node = await FaultyNode.open(engine);
    const trials: Trial[] = [];
    for (const scenario of scenarios) {
      const calls = await callsOf(node, scenario);
      for (let k = 1; k <= calls; k++) trials.push(...FAULTS.map((fault) => ({ scenario, blows: [{ k, fault }] })));
    }
    await node.close();
    const verdicts = await runTrials(engine, sampled(trials, 25));
    expect(verdicts.filter(({ violations }) => violations.length > 0)).toEqual([]);
    const struck = verdicts.filter((verdict) => verdict.struck > 0).length;
    // The last calls do not come in every run.
    expect(struck).toBeGreaterThan(verdicts.length / 2);
    countFigure({ what: `one engine call of a ${name} refused (500, 409, 404), reset, hanging, cut or lost`, count: struck, unit: 'faults', outcome: 'the right end, or an error and nothing left' });
  });
});
