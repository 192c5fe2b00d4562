/** Admission of pods that nobody would write: it never fails, and what it says is about something that is in the pod. */
import { examine } from '../../../../src/docker/admission/admit.js';
import type { Pod } from '../../../../src/kube/index.js';
import { readApiTypes } from '../../../support/api-fields.js';
import { Random } from '../../../support/random.js';
import { RandomPods } from '../../../support/random-pod.js';
import { NODE } from '../this-node.js';

const TYPES = readApiTypes();
const PODS_PER_SEED = 100;

/** The keys of a finding's path: `pod.spec.volumes[0]["a b"]: …` → pod, spec, volumes, 0, a b. */
function keysOf(message: string): string[] {
  const keys: string[] = [];
  let rest = message;
  for (;;) {
    const [matched, name, index, quoted] = /^(?:\.?(\w+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\])/.exec(rest) ?? [];
    if (matched === undefined) return keys;
    keys.push(name ?? index ?? (JSON.parse(quoted ?? '""') as string));
    rest = rest.slice(matched.length);
  }
}

/** Whether the pod has what the keys lead to, or at least what it would be a member of. */
function leadsSomewhere(pod: Pod, keys: readonly string[]): boolean {
  let at: unknown = { pod };
  for (const key of keys.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return keys.length > 1 && typeof at === 'object' && at !== null;
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))('seed %d', (seed) => {
  const pods = new RandomPods(TYPES, new Random(seed));
  for (let count = 0; count < PODS_PER_SEED; count++) {
    const pod = pods.next();
    const lost = examine(pod, NODE).filter(({ message }) => !leadsSomewhere(pod, keysOf(message)));
    expect(lost.map(({ message }) => message)).toEqual([]);
  }
});

test('a path is read as it is written', () => {
  expect(keysOf('pod.spec.volumes[0]["a \\"b\\""].x: y')).toEqual(['pod', 'spec', 'volumes', '0', 'a "b"', 'x']);
});
