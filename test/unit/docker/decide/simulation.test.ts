import { decide, isFinished, type PodAction } from '../../../../src/docker/decide/index.js';
import { type ContainerStatuses, podPhaseOf, toPodStatus, toWireView } from '../../../../src/docker/status/index.js';
import { allContainers, type Container, type Pod } from '../../../../src/kube/index.js';
import { at, type ContainerShape, pod as makePod } from './build.js';
import { Random } from '../../../support/random.js';
import { type Programs, type Run, SimulatedEngine } from './simulated-engine.js';

const SEEDS = Array.from({ length: 80 }, (_, seed) => seed);
const FEWER = SEEDS.slice(0, 40);
const LONGEST_SECONDS = 2 * 3600;
/** More decisions than any pod needs without time passing. */
const MOST_ROUNDS = 40;

interface Faults {
  readonly prunes?: boolean;
  readonly sandboxEnds?: boolean;
  readonly pluginRestarts?: boolean;
  /** Sidecars among the init containers, and containers with restart policies and rules of their own. */
  readonly withRules?: boolean;
}

const POLICIES = ['Always', 'OnFailure', 'Never'] as const;
/** The exit code that a rule has the whole pod begin again for. */
const ALL_AGAIN = 88;
const RULES: NonNullable<Container['restartPolicyRules']> = [
  { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [ALL_AGAIN] } },
  { action: 'Restart', exitCodes: { operator: 'In', values: [2] } },
];

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
  deletion: { graceSeconds: number; since: Date } | undefined;

  constructor(
    seed: number,
    private readonly faults: Faults,
  ) {
    this.random = new Random(seed);
    const shapes = (kind: string, count: number): ContainerShape[] => Array.from({ length: count }, (_, index) => this.shape(`${kind}${index}`));
    const inits = shapes('init', this.random.whole(faults.withRules ? 5 : 3));
    const mains = shapes('main', 1 + this.random.whole(3));
    this.pod = makePod({ inits, mains, restartPolicy: this.random.pick(POLICIES) });
    this.programs = new Map(allContainers(this.pod).map((spec) => [spec.name, this.program(spec)]));
    this.engine = new SimulatedEngine(this.pod, this.programs, this.random);
  }

  private shape(name: string): ContainerShape {
    if (!this.faults.withRules) return name;
    const restartPolicyRules = this.random.chance(0.3) ? RULES : [];
    if (name.startsWith('init')) return this.random.chance(0.5) ? { name, restartPolicy: 'Always', restartPolicyRules } : name;
    return this.random.chance(0.5) ? { name, restartPolicy: this.random.pick(POLICIES), restartPolicyRules } : name;
  }

  /** Ends well sooner or later, where it is given the attempts; a sidecar goes on until it is stopped. */
  private program(spec: Container): Run[] {
    const failures = Array.from({ length: this.random.whole(4) }, () => this.run(1 + this.random.whole(3)));
    const calls = spec.restartPolicyRules?.length ? [this.run(ALL_AGAIN)] : [];
    const last = { ...this.run(0), failsToStart: false };
    return [...failures, ...calls, spec.restartPolicy === 'Always' && spec.name.startsWith('init') ? { ...last, seconds: Infinity } : last];
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
    if (action.kind === 'stopContainer' && action.graceSeconds > 0 && action.why !== 'SandboxChanged') this.checkOrder(action.container);
    this.engine.apply(action);
  }

  private checkStart({ container }: PodAction & { kind: 'startContainer' }): void {
    must(this.deletion === undefined, 'nothing starts in a deleted pod');
    const running = this.engine.running().map(({ name }) => name);
    must(!running.includes(container), 'one attempt at a time');
    const { sidecars, inits } = this;
    const place = (name: string): number => this.pod.spec.initContainers?.findIndex((init) => init.name === name) ?? -1;
    const mayBeside = (name: string): boolean => sidecars.includes(container) && place(container) < place(name);
    must(running.filter((name) => inits.includes(name)).every(mayBeside), 'nothing but earlier sidecars starts beside an init container');
    must(!inits.includes(container) || running.every((name) => sidecars.includes(name)), 'init containers run alone, but for sidecars');
  }

  private checkOrder(stopped: string): void {
    if (!this.sidecars.includes(stopped)) return;
    const running = this.engine.running().map(({ name }) => name);
    must(running.every((name) => this.sidecars.indexOf(name) >= 0 && this.sidecars.indexOf(name) <= this.sidecars.indexOf(stopped)), 'sidecars are stopped last, and from the last one');
  }

  get sidecars(): readonly string[] {
    return (this.pod.spec.initContainers ?? []).filter((init) => init.restartPolicy === 'Always').map(({ name }) => name);
  }

  /** Init containers that end. */
  get inits(): readonly string[] {
    return (this.pod.spec.initContainers ?? []).map(({ name }) => name).filter((name) => !this.sidecars.includes(name));
  }

  private checkStatus(finished: boolean): void {
    const { seen, circumstances } = this.engine.observe();
    const status = toPodStatus({ pod: this.pod, observed: seen, circumstances, deletion: this.deletion, now: at(this.engine.second) });
    const all = [...status.initContainers, ...status.containers];
    must(all.map(({ name }) => name).join() === allContainers(this.pod).map(({ name }) => name).join(), 'every container is reported');
    must(all.every(({ state }) => Object.keys(state ?? {}).length === 1), 'each in one state');
    const phase = podPhaseOf(this.pod, status);
    this.checkWireView(toWireView(this.pod, status), finished);
    const last = this.phases.at(-1);
    must(phase === last || (last !== 'Succeeded' && last !== 'Failed') || this.deletion !== undefined, 'what is final stays');
    if (phase !== last) this.phases.push(phase);
  }

  private checkWireView({ containers, initContainers }: ContainerStatuses, finished: boolean): void {
    const allEnded = containers.every(({ state }) => state?.terminated !== undefined);
    must(this.deletion !== undefined || allEnded === finished, 'all terminated is final, and the other way round');
    must(containers.length === this.pod.spec.containers.length, 'the cluster is told of every main container');
    const told = initContainers.filter(({ name }) => this.sidecars.includes(name));
    must(told.every(({ state }) => allEnded && state?.terminated?.exitCode === 0), 'sidecars are not told of, or have succeeded');
    must(initContainers.length - told.length === this.inits.length, 'the cluster is told of every other init container');
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

describe.each<[name: string, faults: Faults]>([
  ['undisturbed', {}],
  ['with prunes', { prunes: true }],
  ['with sandboxes that end', { sandboxEnds: true }],
  ['with restarts of the plugin', { pluginRestarts: true }],
])('pods with sidecars and rules of their own %s', (_name, faults) => {
  test.each(FEWER)('seed %i: attempts are numbered one by one, and end', (seed) => {
    const story = lifeOf(seed, { ...faults, withRules: true });
    const { restartPolicy, containers } = story.pod.spec;
    for (const { name } of allContainers(story.pod)) {
      const attempts = attemptsOf(story, name);
      expect(attempts).toEqual(attempts.map((_, index) => index));
    }
    const goesOn = containers.some((main) => (main.restartPolicy ?? restartPolicy) === 'Always');
    const initsMayFail = restartPolicy === 'Never';
    if (!goesOn) expect(['Succeeded', 'Failed']).toContain(story.phases.at(-1));
    if (goesOn && !initsMayFail) expect(['Pending', 'Running']).toContain(story.phases.at(-1));
    if (['Succeeded', 'Failed'].includes(story.phases.at(-1) ?? '')) expect(story.engine.running()).toEqual([]);
    // Two hours are enough for all its failures.
    else if (goesOn && !faults.prunes) for (const name of story.sidecars) expect(attemptsOf(story, name).length).toBeGreaterThanOrEqual(story.programs.get(name)?.length ?? 0);
  });
});

test.each(SEEDS)('seed %i: when a rule has all begin again, all of them do', (seed) => {
  const story = lifeOf(seed, { withRules: true });
  const { started } = story.engine;
  const caller = story.engine.endedWith(ALL_AGAIN).at(-1);
  if (caller === undefined || !['Succeeded', 'Failed'].includes(story.phases.at(-1) ?? '')) return;
  const afterwards = new Set(started.filter(({ second }) => second > caller.second).map(({ container }) => container));
  const reached = new Set(started.map(({ container }) => container));
  if (story.phases.at(-1) === 'Succeeded') expect(afterwards).toEqual(reached);
  expect(afterwards).toContain(allContainers(story.pod)[0]?.name);
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
  const story = new Story(seed, { withRules: seed % 2 === 0 });
  for (let step = story.random.whole(6); step > 0; step--) story.engine.advance(story.settle());
  story.deletion = { graceSeconds: 3, since: at(story.engine.second) };
  const before = story.engine.started.length;
  story.live();
  expect(story.engine.isRemoved).toBe(true);
  expect(story.engine.running()).toEqual([]);
  expect(story.engine.started).toHaveLength(before);
});
