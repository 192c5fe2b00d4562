import { messageOf } from '../../src/errors.js';
import type { EngineUnderTest } from '../support/engine-under-test.js';
import { THOROUGH } from '../support/thorough.js';
import { FaultyNode } from './faulty-node.js';
import { runTrial, type Trial, type Verdict } from './trial.js';

/** Plugins side by side: for what needs the machine, and for what mostly waits. */
const QUICK_LANES = 2;
const WAITING_LANES = THOROUGH ? 6 : 3;

const hangs = ({ blows }: Trial): boolean => blows.some(({ fault }) => fault === 'hang');

/** Runs trials side by side, each lane over a plugin of its own. A plugin that a trial has broken is replaced. */
export async function runTrials(engine: EngineUnderTest, trials: readonly Trial[]): Promise<readonly Verdict[]> {
  const quick = trials.filter((trial) => !hangs(trial));
  const single = trials.filter((trial) => hangs(trial) && trial.blows.length === 1);
  const several = trials.filter((trial) => hangs(trial) && trial.blows.length > 1);
  const verdicts = await Promise.all([
    ...split(quick, QUICK_LANES).map((lane) => oneByOne(engine, lane)),
    ...split(several, WAITING_LANES).map((lane) => oneByOne(engine, lane)),
    ...split(single, 1).map((lane) => staggered(engine, lane)),
  ]);
  return verdicts.flat();
}

function split<Item>(items: readonly Item[], lanes: number): readonly (readonly Item[])[] {
  return Array.from({ length: lanes }, (_, lane) => items.filter((_item, i) => i % lanes === lane)).filter((lane) => lane.length > 0);
}

async function oneByOne(engine: EngineUnderTest, trials: readonly Trial[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let node = await FaultyNode.open(engine);
  for (const trial of trials) {
    const verdict = await judge(node, trial);
    verdicts.push(verdict);
    if (verdict.violations.length === 0) continue;
    await node.close();
    node = await FaultyNode.open(engine);
  }
  await node.close();
  return verdicts;
}

/** The next one begins as soon as the one before hangs. */
async function staggered(engine: EngineUnderTest, trials: readonly Trial[]): Promise<readonly Verdict[]> {
  const node = await FaultyNode.open(engine);
  const verdicts: Promise<Verdict>[] = [];
  for (const trial of trials) {
    const { promise: struck, resolve } = Promise.withResolvers<void>();
    const verdict = judge(node, trial, resolve);
    verdicts.push(verdict);
    await Promise.race([struck, verdict]);
  }
  const all = await Promise.all(verdicts);
  await node.close();
  return all;
}

async function judge(node: FaultyNode, trial: Trial, onStruck?: () => void): Promise<Verdict> {
  try {
    return await runTrial(node, trial, onStruck);
  } catch (error) {
    return { trial: `${trial.scenario.name}: ${JSON.stringify(trial.blows)}`, struck: 0, violations: [`the trial could not be ended: ${messageOf(error)}`] };
  }
}
