import { decide, isFinished, type PodAction } from '../../../../src/docker/decide/index.js';
import { podPhaseOf, toPodStatus } from '../../../../src/docker/status/index.js';
import { allContainers, type Pod } from '../../../../src/kube/index.js';
import { at, pod as makePod } from './build.js';
import { Random } from './random.js';
import { type Programs, type Run, SimulatedEngine } from './simulated-engine.js';

const SEEDS = Array.from({ length: 80 }, (_, seed) => seed);
const LONGEST_SECONDS = 2 * 3600;
/** More decisions than any pod needs without time passing. */
const MOST_ROUNDS = 40;

interface Faults {
  readonly prunes?: boolean;
  readonly sandboxEnds?: boolean;
  readonly pluginRestarts?: boolean;
}

/** Asked thousands of times a life: jest's own `expect` would take seconds. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

/** One pod's life, with a check of everything that must hold after each decision. */
class Story {
  readonly pod: Pod;
  readonly engine: SimulatedEngine;
  readonly programs: Programs;
  readonly random: Random;
  readonly phases: string[] = [];
  deletion: { graceSeconds: number } | undefined;

  constructor(
    seed: number,
    private readonly faults: Faults,
  ) {
    this.random = new Random(seed);
    const names = (kind: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${kind}${index}`);
    const inits = names('init', this.random.whole(3));
    const mains = names('main', 1 + this.random.whole(3));
    this.pod = makePod({ inits, mains, restartPolicy: this.random.pick(['Always', 'OnFailure', 'Never']) });
    this.programs = new Map([...inits, ...mains].map((name) => [name, this.program()]));
    this.engine = new SimulatedEngine(this.pod, this.programs, this.random);
  }

  /** Ends well sooner or later, where it is given the attempts. */
  private program(): Run[] {
    const failures = Array.from({ length: this.random.whole(4) }, () => this.run(1 + this.random.whole(3)));
    return [...failures, { ...this.run(0), failsToStart: false }];
  }

  private run(exitCode: number): Run {
    const seconds = this.random.pick([0, 1, 5, 90, 700]);
    return { exitCode, seconds, failsToStart: this.random.chance(0.2), trapsTerm: this.random.chance(0.5) };
  }

  /** Decides and acts until nothing is left to do now. @returns the time to look again */
  settle(): Date | undefined {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const actions = this.decide();
      const due = actions.filter((action) => action.kind !== 'wait');
      if (due.length === 0) return actions.find((action) => action.kind === 'wait')?.until;
      for (const action of this.random.shuffled(due)) this.act(action);
      if (this.engine.isRemoved) return undefined;
    }
    throw new Error('no rest');
  }

  /** Until the pod is finished or removed, or for two hours. */
  live(): void {
    while (this.engine.second < LONGEST_SECONDS && !this.engine.isRemoved) {
      this.disturb();
      const until = this.settle();
      if (!this.engine.isRemoved && !this.engine.advance(until)) return;
    }
  }

  private decide(): readonly PodAction[] {
    const { seen, circumstances } = this.engine.observe();
    const wanted = { pod: this.pod, ...(this.deletion !== undefined && { deletion: this.deletion }) };
    const now = at(this.engine.second);
    const actions = decide(wanted, seen, circumstances, now);
    const waits = actions.filter((action) => action.kind === 'wait');
    must(waits.length <= 1, 'one wait at most');
    must(waits.every(({ until }) => until > now), 'waits are for later');
    const finished = isFinished(wanted, seen, circumstances);
    if (finished && this.deletion === undefined) this.expectRest(actions);
    this.checkStatus(finished);
    return actions;
  }

  /** A finished pod only loses old attempts, and keeps its record without a process. */
  private expectRest(actions: readonly PodAction[]): void {
    const others = actions.filter((action) => action.kind !== 'removeContainer' && action.kind !== 'createSandbox');
    must(others.every((action) => action.kind === 'stopContainer' && action.container === 'POD'), 'a finished pod rests');
  }

  private act(action: PodAction): void {
    if (action.kind === 'startContainer') this.checkStart(action);
    this.engine.apply(action);
  }

  private checkStart({ container }: PodAction & { kind: 'startContainer' }): void {
    must(this.deletion === undefined, 'nothing starts in a deleted pod');
    const running = this.engine.running().map(({ name }) => name);
    must(!running.includes(container), 'one attempt at a time');
    const inits = this.pod.spec.initContainers?.map(({ name }) => name) ?? [];
    must(!running.some((name) => inits.includes(name)), 'nothing starts beside an init container');
    must(!inits.includes(container) || running.length === 0, 'init containers run alone');
  }

  private checkStatus(finished: boolean): void {
    const { seen, circumstances } = this.engine.observe();
    const status = toPodStatus({ pod: this.pod, observed: seen, circumstances, deletion: this.deletion, now: at(this.engine.second) });
    const all = [...status.initContainers, ...status.containers];
    must(all.map(({ name }) => name).join() === allContainers(this.pod).map(({ name }) => name).join(), 'every container is reported');
    must(all.every(({ state }) => Object.keys(state ?? {}).length === 1), 'each in one state');
    const allEnded = status.containers.every(({ state }) => state?.terminated !== undefined);
    must(this.deletion !== undefined || allEnded === finished, 'all terminated is final, and the other way round');
    const phase = podPhaseOf(status);
    const last = this.phases.at(-1);
    must(phase === last || (last !== 'Succeeded' && last !== 'Failed') || this.deletion !== undefined, 'what is final stays');
    if (phase !== last) this.phases.push(phase);
  }

  private disturb(): void {
    if (this.faults.prunes && this.random.chance(0.2)) this.engine.prune();
    if (this.faults.sandboxEnds && this.random.chance(0.2)) this.engine.killSandbox();
    if (this.faults.pluginRestarts && this.random.chance(0.2)) this.engine.forget();
  }
}

function attemptsOf({ engine }: Story, name: string): number[] {
  return engine.started.filter(({ container }) => container === name).map(({ attempt }) => attempt);
}

function lifeOf(seed: number, faults: Faults = {}): Story {
  const story = new Story(seed, faults);
  story.live();
  return story;
}

describe.each<[name: string, faults: Faults]>([
  ['undisturbed', {}],
  ['with prunes', { prunes: true }],
  ['with sandboxes that end', { sandboxEnds: true }],
  ['with restarts of the plugin', { pluginRestarts: true }],
  ['with prunes and sandboxes that end', { prunes: true, sandboxEnds: true }],
])('pods %s', (_name, faults) => {
  test.each(SEEDS)('seed %i: attempts are numbered one by one, and end', (seed) => {
    const story = lifeOf(seed, faults);
    const { restartPolicy } = story.pod.spec;
    for (const { name } of allContainers(story.pod)) {
      const attempts = attemptsOf(story, name);
      expect(attempts).toEqual(attempts.map((_, index) => index));
      if (restartPolicy === 'Never') expect(attempts.length).toBeLessThanOrEqual(1);
    }
    if (restartPolicy === 'Never') expect(['Succeeded', 'Failed']).toContain(story.phases.at(-1));
    if (restartPolicy === 'OnFailure' && !faults.sandboxEnds) expect(story.phases.at(-1)).toBe('Succeeded');
    if (restartPolicy === 'Always') expect(story.phases).not.toContain('Succeeded');
  });
});

test.each(SEEDS)('seed %i: undisturbed pods run exactly what their programs call for, in order', (seed) => {
  const story = lifeOf(seed);
  const { pod, engine, programs } = story;
  const order = engine.started.map(({ container }) => container).filter((name) => name.startsWith('init'));
  expect(order).toEqual([...order].sort());
  const firstMain = engine.started.findIndex(({ container }) => container.startsWith('main'));
  expect(engine.started.slice(firstMain).every(({ container }) => container.startsWith('main')) || firstMain === -1).toBe(true);
  const mayRetry = pod.spec.restartPolicy !== 'Never';
  const succeeds = (name: string): boolean => mayRetry || programs.get(name)?.[0]?.exitCode === 0;
  const reached: string[] = [];
  for (const { name } of pod.spec.initContainers ?? []) {
    reached.push(name);
    if (!succeeds(name)) break;
  }
  if (reached.every(succeeds)) reached.push(...pod.spec.containers.map(({ name }) => name));
  expect([...new Set(engine.started.map(({ container }) => container))].sort()).toEqual(reached.sort());
  for (const name of reached) {
    const least = mayRetry ? (programs.get(name)?.length ?? 0) : 1;
    if (pod.spec.restartPolicy === 'Always' && name.startsWith('main')) expect(attemptsOf(story, name).length).toBeGreaterThan(least);
    else expect(attemptsOf(story, name)).toHaveLength(least);
  }
});

test.each(SEEDS)('seed %i: each restart waits as long as the kubelet makes it', (seed) => {
  const { pod, engine, programs } = lifeOf(seed);
  for (const { name } of allContainers(pod)) {
    const starts = engine.started.filter(({ container }) => container === name);
    let entryMs: number | undefined;
    starts.forEach(({ attempt, backOffMs, second }, index) => {
      const before = starts[index - 1];
      if (before === undefined) return expect(backOffMs).toBe(0);
      const runs = programs.get(name) ?? [];
      const run = runs[Math.min(attempt - 1, runs.length - 1)];
      const ranSeconds = run?.failsToStart ? 0 : (run?.seconds ?? 0);
      // flowcontrol.Backoff: an entry is made at the first restart and doubled at the later ones; 600 s end it.
      if (ranSeconds >= 600) entryMs = undefined;
      expect(backOffMs).toBe(entryMs ?? 0);
      expect(second).toBeGreaterThanOrEqual(before.second + ranSeconds + backOffMs / 1000 - 0.001);
      entryMs = entryMs === undefined ? 10_000 : Math.min(entryMs * 2, 300_000);
    });
  }
});

test.each(SEEDS)('seed %i: after a deletion nothing starts, and the pod goes', (seed) => {
  const story = new Story(seed, {});
  for (let step = story.random.whole(6); step > 0; step--) story.engine.advance(story.settle());
  story.deletion = { graceSeconds: 3 };
  const before = story.engine.started.length;
  story.live();
  expect(story.engine.isRemoved).toBe(true);
  expect(story.engine.running()).toEqual([]);
  expect(story.engine.started).toHaveLength(before);
});
