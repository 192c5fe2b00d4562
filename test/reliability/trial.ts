import { messageOf } from '../../src/errors.js';
import { eventually } from '../support/eventually.js';
import type { ProxiedCall } from '../support/fault-proxy.js';
import type { Fault } from '../support/faults.js';
import type { TestPod } from '../support/test-node.js';
import { pluginViolations, violationsOf } from './core/invariants.js';
import { observe } from './core/observe.js';
import { GONE, type PodPicture } from './core/picture.js';
import type { Scenario } from './core/scenarios.js';
import type { FaultyNode } from './faulty-node.js';

/** A fault at the k-th engine call of what is tried. */
export interface Blow {
  readonly k: number;
  readonly fault: Fault;
}

export interface Trial {
  readonly scenario: Scenario;
  readonly blows: readonly Blow[];
}

/** What came of a trial. */
export interface Verdict {
  readonly trial: string;
  /** Calls that were struck. */
  readonly struck: number;
  /** Empty: all held. */
  readonly violations: readonly string[];
}

export interface Patience {
  /** Until all is as it should be. */
  readonly settleMs: number;
  /** Until a later delete has left nothing. */
  readonly deleteMs: number;
}

/** Longer than two hangs, the relist of every minute, and the back-off after them. */
const PATIENCE: Patience = { settleMs: 240_000, deleteMs: 150_000 };

/** What is seen of a pod alone: other trials may be under way at its node. */
const QUIET_NODE = { networks: [], strangers: [] };

/** Lets a pod go through the scenario with its faults, and looks at what is left of its promises once the engine is well again. */
export async function runTrial(node: FaultyNode, { scenario, blows }: Trial, onStruck: () => void = () => undefined, patience = PATIENCE): Promise<Verdict> {
  const pod = node.newPod(scenario.file);
  await scenario.arrange(pod, node.engine.endpoint);
  const struck: string[] = [];
  node.proxy.restartCount();
  const disarm = blows.map(({ k, fault }) => node.strikeOnce((call) => call.k === k, fault, (call) => {
    struck.push(`${fault} at ${toText(call)}`);
    if (struck.length === blows.length) onStruck();
  }));
  const failure = await scenario.act(pod, node.engine.endpoint).then(() => undefined, messageOf);
  const isRefused = failure !== undefined && scenario.isRepeated;
  const broken = await settledViolations(node, pod, isRefused ? GONE : scenario.end, patience);
  disarm.forEach((takeBack) => takeBack());
  const left = await deleteViolations(node, pod, patience);
  const trial = `${scenario.name}: ${struck.join(', ') || `not reached: ${JSON.stringify(blows)}`}${failure === undefined ? '' : `, answered "${failure}"`}`;
  return { trial, struck: struck.length, violations: [...broken, ...left, ...pluginViolations(node.plugin.stderr, node.plugin.isRunning)] };
}

function toText({ k, method, path }: ProxiedCall): string {
  return `call ${k} (${method} ${path.replace(/[0-9a-f]{64}/, 'ID').replace(/k8s_faulty\w*/, 'NAME')})`;
}

/** The right end; or an error that the caller saw, and nothing left. */
async function settledViolations(node: FaultyNode, pod: TestPod, end: PodPicture, { settleMs }: Patience): Promise<readonly string[]> {
  let violations: readonly string[] = [];
  await eventually(async () => {
    violations = await podViolations(node, pod, end).catch((error: unknown) => [messageOf(error)]);
    return violations.length === 0;
  }, { deadlineMs: settleMs, intervalMs: 300 }).catch(() => undefined);
  return violations;
}

export async function podViolations(node: FaultyNode, pod: TestPod, end: PodPicture): Promise<readonly string[]> {
  const seen = await observe({ engine: node.engine.endpoint, node: node.name, caller: node.caller }, pod);
  return violationsOf({ pod: seen.pod, node: QUIET_NODE }, { pod: end, node: QUIET_NODE });
}

/** No worker is stuck: a later delete of the pod ends, and leaves nothing. */
async function deleteViolations(node: FaultyNode, pod: TestPod, { deleteMs }: Patience): Promise<readonly string[]> {
  let answer = 'never';
  const isNews = (text: string): string => (/No containers found/.test(text) ? '' : text);
  pod.delete().then(() => (answer = ''), (error: unknown) => (answer = isNews(messageOf(error))));
  let left: readonly string[] = [];
  await eventually(async () => {
    left = await node.leftOf(pod);
    return answer !== 'never' && left.length === 0;
  }, { deadlineMs: deleteMs, intervalMs: 200 }).catch(() => undefined);
  return [...(answer === '' ? [] : [`a later delete is answered: ${answer}`]), ...left.map((one) => `left after a later delete: ${one}`)];
}

/** @returns the number of engine calls of a scenario without a fault */
export async function callsOf(node: FaultyNode, scenario: Scenario): Promise<number> {
  const pod = node.newPod(scenario.file);
  await scenario.arrange(pod, node.engine.endpoint);
  node.proxy.restartCount();
  await scenario.act(pod, node.engine.endpoint);
  await eventually(async () => (await podViolations(node, pod, scenario.end)).length === 0, { deadlineMs: 120_000 });
  const calls = Math.max(...node.proxy.calls.map(({ k }) => k ?? 0));
  await pod.delete().catch(() => undefined);
  return calls;
}
