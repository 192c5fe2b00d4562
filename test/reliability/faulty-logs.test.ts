import { messageOf } from '../../src/errors.js';
import type { LogBody } from '../../src/caller/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { FAULTS } from '../support/faults.js';
import { shellPod, type TestPod } from '../support/test-node.js';
import { countFigure, sampled, SEED } from '../support/thorough.js';
import { pluginViolations } from './core/invariants.js';
import { FaultyNode } from './faulty-node.js';

jest.setTimeout(3_600_000);

const LINES = Array.from({ length: 500 }, (_, i) => `line ${i + 1}\n`);
const READINGS: readonly { readonly options: Partial<LogBody['Opts']>; readonly expected: string }[] = [
  { options: {}, expected: LINES.join('') },
  { options: { Tail: 50 }, expected: LINES.slice(-50).join('') },
  { options: { Follow: true }, expected: LINES.join('') },
  { options: { Follow: true, Tail: 50 }, expected: LINES.slice(-50).join('') },
];

/** A log is whole, or its reader sees that it is not. */
export function logViolations(got: string | Error, expected: string): readonly string[] {
  if (got instanceof Error || got === expected) return [];
  return [`${got.length} bytes of a log came as if they were its ${expected.length}`];
}

test.each<[name: string, got: string | Error, violations: number]>([
  ['whole', LINES.join(''), 0],
  ['broken off, and seen to be', new Error('aborted'), 0],
  ['half, as if it were all', LINES.slice(0, 250).join(''), 1],
  ['nothing, as if it were all', '', 1],
  ['twice', LINES.join('').repeat(2), 1],
])('a log that is %s', (_name, got, violations) => {
  expect(logViolations(got, LINES.join(''))).toHaveLength(violations);
});

describeWithEngine('an engine that goes wrong while a log is read', (engine) => {
  let node: FaultyNode;
  beforeAll(async () => {
    node = await FaultyNode.open(engine);
  });
  afterAll(() => node.close());

  const read = (pod: TestPod, options: Partial<LogBody['Opts']>): Promise<string | Error> =>
    pod.log('main', options).catch((error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))));

  test(`each fault at each call of a reading (SEED=${SEED})`, async () => {
    const pod = node.newPod(shellPod('for i in $(seq 500); do echo "line $i"; done'));
    await pod.create();
    await pod.untilPhase('Succeeded', 120_000);
    const trials = [];
    for (const reading of READINGS) {
      node.proxy.restartCount();
      expect(await read(pod, reading.options)).toBe(reading.expected);
      const calls = Math.max(...node.proxy.calls.map((call) => call.k ?? 0));
      for (let k = 1; k <= calls; k++) trials.push(...FAULTS.map((fault) => ({ ...reading, k, fault })));
    }
    const found: string[] = [];
    const waiting: Promise<void>[] = [];
    let struck = 0;
    for (const { options, expected, k, fault } of sampled(trials, 4)) {
      node.proxy.restartCount();
      const { promise: hit, resolve } = Promise.withResolvers<void>();
      const takeBack = node.strikeOnce((call) => call.k === k, fault, () => {
        struck++;
        resolve();
      });
      const done = read(pod, options).then((got) => void found.push(...logViolations(got, expected).map((one) => `${fault} at call ${k} of ${JSON.stringify(options)}: ${one}`)));
      await Promise.race([done, ...(fault === 'hang' ? [hit] : [])]);
      takeBack();
      waiting.push(done);
    }
    await Promise.all(waiting);
    expect([...found, ...pluginViolations(node.plugin.stderr, node.plugin.isRunning)]).toEqual([]);
    expect(await read(pod, {})).toBe(LINES.join(''));
    await pod.delete();
    expect(await node.leftOf(pod)).toEqual([]);
    expect(struck).toBeGreaterThan(0);
    countFigure({ what: 'one engine call of the reading of a log struck', count: struck, unit: 'faults', outcome: 'the whole log, or a reading that fails; never a part as if it were all' });
  });
});
