import { allContainers, defaultContainerName, expandVariables, isNativeSidecar, podHostname, sharesNamespaces } from '../../../src/kube/index.js';
import type { Pod } from '../../../src/kube/index.js';

const ENV = new Map([['A', 'one'], ['B', '$(A)'], ['EMPTY', ''], ['odd.name-x', 'odd'], ['DOLLAR', '$&$1']]);

test.each<[text: string, expanded: string]>([
  ['', ''], ['plain', 'plain'], ['$(A)', 'one'], ['x$(A)$(A)y', 'xoneoney'], ['$(EMPTY)', ''], ['$(odd.name-x)', 'odd'],
  ['$(MISSING)', '$(MISSING)'], ['$()', '$()'], ['$( A)', '$( A)'],
  ['$$(A)', '$(A)'], ['$$$(A)', '$one'], ['$$$$(A)', '$$(A)'], ['$$', '$'], ['$', '$'], ['a$', 'a$'], ['$A', '$A'], ['$${A}', '${A}'],
  ['$(A', '$(A'], ['$(A $$', '$(A $'], ['$($(A)', '$($(A)'], ['$(A))', 'one)'],
  ['$(B)', '$(A)'], ['$(DOLLAR)', '$&$1'],
])('%p expands to %p', (text, expanded) => {
  expect(expandVariables(text, ENV)).toBe(expanded);
});

function pod(name: string, more: Partial<Pod['spec']> = {}, annotations?: Record<string, string>): Pod {
  return {
    metadata: { name, namespace: 'ns', uid: 'u', ...(annotations && { annotations }) },
    spec: { containers: [{ name: 'first' }, { name: 'second' }], ...more },
  };
}

test.each<[name: string, hostname: string | undefined, expected: string]>([
  ['web', undefined, 'web'],
  ['web', '', 'web'],
  ['web', 'other', 'other'],
  ['a'.repeat(63), undefined, 'a'.repeat(63)],
  ['a'.repeat(70), undefined, 'a'.repeat(63)],
  [`${'a'.repeat(61)}-.b`, undefined, 'a'.repeat(61)],
  [`${'a'.repeat(62)}.b`, undefined, 'a'.repeat(62)],
])('pod %s with hostname %p is called %s', (name, hostname, expected) => {
  expect(podHostname(pod(name, hostname === undefined ? {} : { hostname }))).toBe(expected);
});

test.each<[annotation: string | undefined, expected: string]>([
  [undefined, 'first'], ['second', 'second'], ['setup', 'setup'], ['gone', 'first'],
])('annotation %p means container %s', (annotation, expected) => {
  const annotations = annotation === undefined ? undefined : { 'kubectl.kubernetes.io/default-container': annotation };
  expect(defaultContainerName(pod('p', { initContainers: [{ name: 'setup' }] }, annotations))).toBe(expected);
});

test('init containers come first', () => {
  const names = allContainers(pod('p', { initContainers: [{ name: 'setup' }] })).map((container) => container.name);
  expect(names).toEqual(['setup', 'first', 'second']);
});

test('an init container with restartPolicy Always is a sidecar', () => {
  expect(isNativeSidecar({ name: 'x', restartPolicy: 'Always' })).toBe(true);
  expect(isNativeSidecar({ name: 'x' })).toBe(false);
});

test.each<[why: string, more: Partial<Pod['spec']>, expected: boolean]>([
  ['one container', { containers: [{ name: 'only' }] }, false],
  ['one container with a volume on disk', { containers: [{ name: 'only' }], volumes: [{ name: 'v', emptyDir: {} }] }, false],
  ['two containers', {}, true],
  ['an init container', { containers: [{ name: 'only' }], initContainers: [{ name: 'setup' }] }, true],
  ['a shared process namespace', { containers: [{ name: 'only' }], shareProcessNamespace: true }, true],
  ['a volume in memory', { containers: [{ name: 'only' }], volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] }, true],
])('%s: namespaces are shared: %#', (_why, more, expected) => {
  expect(sharesNamespaces(pod('p', more))).toBe(expected);
});
