import { EngineTrials } from '../../../src/docker/trials.js';
import { EngineError } from '../../../src/engine/index.js';
import { silentLogger } from '../../../src/log.js';
import { FakeEngine } from '../../fakes/fake-engine.js';
import { eventually } from '../../support/eventually.js';

const IMAGE = 'interlink-docker/sandbox:2';

/** An engine that starts containers with a negative score, or refuses to. */
function engineThat(may: boolean): FakeEngine {
  const engine = new FakeEngine({ images: [IMAGE] });
  allow(engine, may);
  return engine;
}

function allow(engine: FakeEngine, may: boolean): void {
  engine.runs(({ HostConfig }) => (may || (HostConfig?.OomScoreAdj ?? 0) >= 0 ? { exits: 0 } : { failsToStart: { exitCode: 128, message: 'OCI runtime create failed' } }));
}

const trialsOn = (engine: FakeEngine): EngineTrials => new EngineTrials({ engine, node: 'node', image: IMAGE }, silentLogger);

async function begin(trials: EngineTrials, engine: FakeEngine, version?: string): Promise<void> {
  trials.begin({ ...(await engine.version()), ...(version !== undefined && { version }) }, await engine.info());
}

test.each([true, false])('an engine that may lower OOM scores: %s', async (may) => {
  const engine = engineThat(may);
  const trials = trialsOn(engine);
  expect(trials.negativeOomScores).toBe(false);
  await begin(trials, engine);
  await eventually(() => engine.countOf('removeContainer') === 1);
  await trials.stop();
  expect(trials.negativeOomScores).toBe(may);
  expect(await engine.listContainers([])).toEqual([]);
});

test('an engine is tried once, and another one again', async () => {
  const engine = engineThat(true);
  const trials = trialsOn(engine);
  await begin(trials, engine);
  await begin(trials, engine);
  await eventually(() => trials.negativeOomScores);
  allow(engine, false);
  await begin(trials, engine, '99.0.0');
  await eventually(() => !trials.negativeOomScores && engine.countOf('removeContainer') === 2);
  await trials.stop();
  expect(engine.countOf('createContainer')).toBe(2);
});

test('an engine that was away is tried at the next connect', async () => {
  const engine = engineThat(true);
  const trials = trialsOn(engine);
  engine.failNext('createContainer', new EngineError('Unavailable', 'no answer'));
  await begin(trials, engine);
  await eventually(() => engine.countOf('createContainer') === 1);
  await eventually(async () => {
    await begin(trials, engine);
    return trials.negativeOomScores;
  });
  await trials.stop();
  expect(await engine.listContainers([])).toEqual([]);
});

test('a trial that is stopped leaves nothing', async () => {
  const engine = engineThat(true);
  engine.runs(() => ({}));
  const trials = trialsOn(engine);
  await begin(trials, engine);
  await eventually(() => engine.countOf('waitContainer') === 1);
  await trials.stop();
  expect(await engine.listContainers([])).toEqual([]);
});
