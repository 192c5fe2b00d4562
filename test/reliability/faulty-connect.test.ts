import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import type { ProxiedCall } from '../support/fault-proxy.js';
import { type Fault, FAULTS } from '../support/faults.js';
import type { TestPod } from '../support/test-node.js';
import { countFigure, sampled, SEED, THOROUGH } from '../support/thorough.js';
import { pluginViolations } from './core/invariants.js';
import { CREATE } from './core/scenarios.js';
import { FaultyNode } from './faulty-node.js';
import { podViolations } from './trial.js';

jest.setTimeout(3_600_000);

const isEvents = ({ path }: ProxiedCall): boolean => path === '/events';
/** Faults that take a minute go beside the others. */
const LANES: readonly (readonly Fault[])[] = [FAULTS.filter((fault) => fault !== 'hang'), ['hang']];

describeWithEngine('an engine that goes wrong while the plugin connects', (engine) => {
  let nodes: readonly FaultyNode[];
  beforeAll(async () => {
    nodes = await Promise.all(LANES.map(() => FaultyNode.open(engine)));
  });
  afterAll(() => Promise.all(nodes.map((node) => node.close())));

  async function created(node: FaultyNode): Promise<TestPod> {
    const pod = node.newPod(CREATE.file);
    await pod.create();
    return pod;
  }

  /** @returns what of the pod is wrong, a while after the engine is well again */
  async function wrongWith(node: FaultyNode, pod: TestPod): Promise<readonly string[]> {
    let violations: readonly string[] = [];
    await eventually(async () => (violations = await podViolations(node, pod, CREATE.end)).length === 0, { deadlineMs: 200_000, intervalMs: 300 }).catch((error: unknown) => (violations = [...violations, String(error)]));
    return [...violations, ...pluginViolations(node.plugin.stderr, node.plugin.isRunning)];
  }

  test(`each fault at each call of a plugin's start, with a pod to take over (SEED=${SEED})`, async () => {
    const found: string[] = [];
    let struck = 0;
    await Promise.all(nodes.map(async (node, lane) => {
      const pod = await created(node);
      expect(await wrongWith(node, pod)).toEqual([]);
      const restart = async (): Promise<void> => {
        await node.plugin.kill();
        node.proxy.restartCount();
        await node.plugin.start();
        await node.untilKnowing(200_000);
      };
      await restart();
      const calls = Math.max(...node.proxy.calls.map(({ k }) => k ?? 0));
      const points = Array.from({ length: calls }, (_, i) => (LANES[lane] ?? []).map((fault) => ({ k: i + 1, fault }))).flat();
      // Hangs of one plugin cannot go side by side.
      for (const { k, fault } of lane === 0 ? sampled(points, 20) : sampled(points, points.length).slice(0, THOROUGH ? 8 : 1)) {
        let at = '';
        const takeBack = node.strikeOnce((call) => call.k === k, fault, ({ method, path }) => (at = `${method} ${path}`));
        await restart();
        found.push(...(await wrongWith(node, pod)).map((violation) => `${fault} at call ${k} (${at}): ${violation}`));
        takeBack();
        if (at !== '') struck++;
      }
      await pod.delete();
      expect(await node.leftOf(pod)).toEqual([]);
    }));
    expect(found).toEqual([]);
    expect(struck).toBeGreaterThan(0);
    countFigure({ what: 'one engine call of a plugin\'s start with a pod to take over struck', count: struck, unit: 'faults', outcome: 'the pod as it was, no program started again' });
  });

  test('each fault of the event stream, cut in the middle of a line among them, while a pod begins', async () => {
    const found: string[] = [];
    await Promise.all(nodes.map(async (node, lane) => {
      for (const fault of LANES[lane] ?? []) {
        let isStruck = false;
        node.strikeOnce(isEvents, fault, () => (isStruck = true));
        node.proxy.cut(isEvents);
        const pod = await created(node);
        found.push(...(await wrongWith(node, pod)).map((violation) => `${fault}: ${violation}`), ...(isStruck ? [] : [`${fault}: never reached`]));
        await pod.delete();
        found.push(...(await node.leftOf(pod)).map((one) => `${fault}: left after a delete: ${one}`));
      }
    }));
    expect(found).toEqual([]);
    countFigure({ what: 'the event stream refused, reset, hanging, cut within a line or lost while a pod begins', count: FAULTS.length, unit: 'faults', outcome: 'the pod whole, once' });
  });
});
