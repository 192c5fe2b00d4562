import { type CrashPoint, crashPoints, CrashScene } from '../../support/crash-scene.js';
import { type EngineUnderTest, objectsOfNode } from '../../support/engine-under-test.js';
import { eventually } from '../../support/eventually.js';
import type { TestPod } from '../../support/test-node.js';
import { sampled } from '../../support/thorough.js';
import { pluginViolations, violationsOf } from './invariants.js';
import { observe } from './observe.js';
import { GONE, type Picture, type PodPicture } from './picture.js';
import type { Scenario } from './scenarios.js';

/** Plugins side by side, each with a node of its own: most of a kill is waiting. */
const LANES = 3;
/** A restart of the plugin, and whatever it has to make up for: what the engine made late is swept within two minutes. */
const DEADLINE_MS = 180_000;
/** One defect shows at many calls. */
const MOST_FAILURES = 4;

export interface MatrixResult {
  /** Engine calls of the scenario without a fault. */
  readonly calls: number;
  readonly kills: number;
  /** Each with the call at which the plugin was killed; empty: all ended as without a fault. */
  readonly violations: readonly string[];
}

/** Kills the plugin before and after each call of a scenario, or of a sample of one in `every`. */
export async function runCrashMatrix(engine: EngineUnderTest, scenario: Scenario, every: number): Promise<MatrixResult> {
  const lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.open(engine, scenario)));
  try {
    const undisturbed = await Promise.all(lanes.map((lane) => lane.undisturbed()));
    const calls = Math.max(...undisturbed.map((run) => run.calls));
    const found = undisturbed.flatMap(({ violations }) => violations);
    const points = [...sampled(crashPoints(calls), every)];
    let kills = 0;
    const work = async (lane: Lane): Promise<void> => {
      for (let point = points.shift(); point !== undefined && found.length < MOST_FAILURES; point = points.shift()) {
        const result = await lane.killedAt(point);
        if (result.isKilled) kills++;
        found.push(...result.violations);
      }
    };
    await Promise.all(lanes.map(work));
    for (const lane of lanes) found.push(...(await lane.leave()));
    return { calls, kills, violations: found };
  } finally {
    await Promise.all(lanes.map((lane) => lane.scene.close()));
  }
}

class Lane {
  private constructor(
    private readonly engine: EngineUnderTest,
    private readonly scenario: Scenario,
    readonly scene: CrashScene,
  ) {}

  static async open(engine: EngineUnderTest, scenario: Scenario): Promise<Lane> {
    return new Lane(engine, scenario, await CrashScene.open(engine, { file: scenario.file }));
  }

  /** The scenario without a fault, which ends as it says too. */
  async undisturbed(): Promise<Omit<MatrixResult, 'kills'>> {
    const { scene, scenario, engine } = this;
    const pod = await this.arranged();
    const calls = await scene.callsOf(async () => {
      await scenario.act(pod, engine.endpoint);
      await this.untilOver(pod);
    });
    return { calls, violations: (await this.violationsAtEnd(pod)).map((line) => `${scenario.name} without a fault: ${line}`) };
  }

  async killedAt({ k, moment }: CrashPoint): Promise<{ readonly isKilled: boolean; readonly violations: readonly string[] }> {
    const { scene, scenario, engine } = this;
    const pod = await this.arranged();
    const watched = await scenario.watch?.(pod, engine.endpoint);
    let isAnswered = false;
    const isKilled = await scene.killedAt(k, moment, async () => {
      isAnswered = await scenario.act(pod, engine.endpoint).then(() => true, () => false);
      // What was answered goes on by itself: until the kill, or the end of it.
      if (isAnswered) await this.untilOver(pod);
    });
    const struck = scene.proxy.calls.find((call) => call.k === k);
    const violations = [...(await this.violationsAfter(pod, isAnswered)), ...((await watched?.()) ?? [])];
    const where = `${scenario.name}, killed ${moment} call ${k} (${struck?.method} ${struck?.path}), the caller's own ${isAnswered ? 'answered' : 'cut'}`;
    return { isKilled, violations: violations.map((line) => `${where}: ${line}`) };
  }

  /** Stops the plugin as an operator does. @returns what it has left behind then */
  async leave(): Promise<readonly string[]> {
    const code = await this.scene.plugin.stop();
    const { containers, volumes } = await objectsOfNode(this.scene.node, this.engine.endpoint);
    return [...(code === 0 ? [] : [`the plugin stopped with ${code}`]), ...[...containers, ...volumes].map((left) => `left by a plugin that was stopped, without any pod: ${left}`)];
  }

  private async arranged(): Promise<TestPod> {
    const pod = this.scene.newPod();
    await this.scenario.arrange(pod, this.engine.endpoint);
    await this.scene.untilQuiet();
    return pod;
  }

  private async untilOver(pod: TestPod): Promise<void> {
    const { scene, scenario } = this;
    await eventually(async () => !scene.plugin.isRunning || scenario.isOver(await pod.status()), { deadlineMs: DEADLINE_MS });
    await scene.untilQuiet();
  }

  private async violationsAfter(pod: TestPod, isAnswered: boolean): Promise<readonly string[]> {
    const { scenario } = this;
    if (isAnswered || !scenario.isRepeated) return this.violationsAtEnd(pod);
    // The caller saw an error: all of it was done, or nothing; and it is done when the caller tries again.
    const halves = await this.untilAsIn(pod, [GONE, scenario.end]);
    await scenario.act(pod, this.engine.endpoint);
    return [...halves, ...(await this.violationsAtEnd(pod))];
  }

  /** The end has to be there, to stay, and to leave nothing behind once the pod is deleted. */
  private async violationsAtEnd(pod: TestPod): Promise<readonly string[]> {
    const { scene, scenario } = this;
    const atEnd = await this.untilAsIn(pod, [scenario.end]);
    await scene.untilQuiet();
    const later = atEnd.length > 0 ? atEnd : this.violations(await this.look(pod), scenario.end);
    if (scenario.end !== GONE) await pod.delete();
    const left = (await this.untilAsIn(pod, [GONE])).map((line) => `after its delete: ${line}`);
    return [...later, ...left, ...pluginViolations(scene.plugin.stderr, scene.plugin.isRunning)];
  }

  /** Waits until the pod is as in one of the pictures. @returns what differs from the last one when the time is up */
  private async untilAsIn(pod: TestPod, ends: readonly PodPicture[]): Promise<readonly string[]> {
    let last: readonly string[] = [];
    const isSo = async (): Promise<boolean> => {
      const seen = await this.look(pod);
      return ends.some((end) => (last = this.violations(seen, end)).length === 0);
    };
    return eventually(isSo, { deadlineMs: DEADLINE_MS, intervalMs: 200 }).then(() => [], (error: unknown) => (last.length > 0 ? last : [String(error)]));
  }

  private look(pod: TestPod): Promise<Picture> {
    return observe({ engine: this.engine.endpoint, node: this.scene.node, caller: this.scene.caller }, pod);
  }

  private violations(seen: Picture, end: PodPicture): readonly string[] {
    // The network of a namespace outlives its pods for a while.
    const networks = end === GONE ? [...new Set(seen.node.networks.filter((name) => name === 'default'))] : ['default'];
    return violationsOf(seen, { pod: end, node: { networks, strangers: [] } });
  }
}
