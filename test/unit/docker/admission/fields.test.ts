/** The table has a rule for every field of the Kubernetes API, and for nothing else. */
import { FIELDS, type FieldRule } from '../../../../src/docker/admission/index.js';
import { apiFields } from '../../../support/api-fields.js';
import { rowsOf, testTitles } from '../../../support/test-titles.js';

const fields = apiFields('PodSpec', 'spec');
const paths = new Set(fields);
const rules: [path: string, rule: FieldRule][] = Object.entries(FIELDS);

/** The fields above one, from the outside in: `a[].b.c` → `a`, `a[].b`. */
function above(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1, -1).map((_part, index) => parts.slice(0, index + 2).join('.').replace(/(\[\])+$/, ''));
}

/** Whether a field is the table's own to judge: what is not honoured takes everything below it along. */
function isOpen(path: string): boolean {
  return above(path).every((ancestor) => FIELDS[ancestor]?.verdict === 'honoured');
}

test('P115: every field of a pod has a rule, or goes with one above it that is not honoured', () => {
  expect(paths.size).toBeGreaterThan(1000);
  expect(fields.filter((path) => isOpen(path) && FIELDS[path] === undefined)).toEqual([]);
});

test('fields that came after the types package are known too', () => {
  for (const path of ['spec.resources.limits', 'spec.containers[].lifecycle.stopSignal', 'spec.containers[].restartPolicyRules[].exitCodes.values', 'spec.initContainers[].env[].valueFrom.fileKeyRef.path', 'spec.volumes[].image.reference']) {
    expect(paths).toContain(path);
  }
});

test('every rule is of a field, and of one that the table judges', () => {
  // The resources that a map may hold are in no type.
  const known = (path: string): boolean => paths.has(path) || /\.resources\.(limits|requests)\./.test(path);
  expect(rules.filter(([path]) => !known(path) || !isOpen(path)).map(([path]) => path)).toEqual([]);
});

test('what is not honoured has a reason to give, and what is has a row', () => {
  const dumb = rules.filter(([, { verdict, reason, shownBy }]) => (verdict === 'honoured' ? shownBy === undefined : reason === ''));
  expect(dumb.map(([path]) => path)).toEqual([]);
});

test('P115: what is honoured is shown by a test whose title begins with its row', () => {
  const shown = new Set(['test/integration', 'test/unit'].flatMap(testTitles).flatMap(rowsOf));
  expect(rules.filter(([, { shownBy }]) => shownBy !== undefined && !shown.has(shownBy)).map(([path, { shownBy }]) => `${path}: ${shownBy}`)).toEqual([]);
});
