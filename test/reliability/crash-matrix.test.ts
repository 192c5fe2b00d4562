import { describeWithEngine } from '../support/engine-under-test.js';
import { countFigure, SEED } from '../support/thorough.js';
import { runCrashMatrix } from './core/crash-matrix.js';
import { CREATE, DELETE, RESTART, type Scenario, UNHEALTHY } from './core/scenarios.js';

jest.setTimeout(1_800_000);

/** Which of the calls, in a run that does not take all of them. */
const EVERY: readonly (readonly [name: string, scenario: Scenario, every: number])[] = [
  ['create', CREATE, 1],
  ['restart', RESTART, 8],
  ['unhealthy', UNHEALTHY, 8],
  ['delete', DELETE, 8],
];

describeWithEngine('a plugin killed at every engine call', (engine) => {
  test.each(EVERY)(`P100: of the scenario %s, the end is the one without a fault (SEED=${SEED})`, async (name, scenario, every) => {
    const { calls, kills, violations } = await runCrashMatrix(engine, scenario, every);
    expect(violations).toEqual([]);
    expect(calls).toBeGreaterThan(5);
    expect(kills).toBeGreaterThan(0);
    countFigure({ what: `Plugin killed before and after each engine call: ${name}`, count: kills, unit: `kills at ${calls} calls`, outcome: 'the end without a fault' });
  });
});
