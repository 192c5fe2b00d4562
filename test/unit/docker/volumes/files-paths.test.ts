import { toFilePath } from '../../../../src/docker/volumes/files-paths.js';
import type { Volume } from '../../../../src/kube/index.js';
import { deliveredOf, plan, podWith } from './pods.js';

test.each<[path: string, clean: string]>([
  ['a', 'a'], ['a/b', 'a/b'], ['./a', 'a'], ['a//b', 'a/b'], ['a/./b/', 'a/b'], ['.hidden', '.hidden'], ['a/..b', 'a/..b'], ['a..', 'a..'], ['.x', '.x'],
  ['x'.repeat(255), 'x'.repeat(255)], ['sp ace\n', 'sp ace\n'],
])('%.40p is the file %.40p', (path, clean) => {
  expect(toFilePath(path, 'field')).toBe(clean);
});

const BAD: readonly string[] = [
  '', '.', './', '/', '/etc/passwd', '..', '../x', 'a/..', 'a/../../x', 'a/../b', '..data', '..data/x', '..x', './..x', 'a\0b', '\0', 'x'.repeat(256), 'é'.repeat(128), 'a/'.repeat(2100),
];

test.each(BAD)('%.40p is refused with the name of the field', (path) => {
  expect(() => toFilePath(path, 'field "x"')).toThrow(expect.objectContaining({ kind: 'InvalidPod', message: expect.stringMatching(/^field "x": .* must /) as unknown }) as Error);
});

const AS_KEY: Omit<Volume, 'name'>[] = [{ configMap: { name: 'o' } }, { secret: { secretName: 'o' } }, { projected: { sources: [{ secret: { name: 'o' } }] } }, { projected: { sources: [] } }];

test.each(AS_KEY)('a delivered key that plays tricks is refused: %j', (source) => {
  const data = { o: { '../../escape': 'x' } };
  const delivered = deliveredOf({ configMaps: data, secrets: data, projected: { v: { '../../escape': 'x' } } });
  expect(() => plan(podWith([{ name: 'v', ...source }]), delivered)).toThrow('"../../escape"');
});

test.each<Omit<Volume, 'name'>>([
  { configMap: { name: 'o', items: [{ key: 'k', path: '/abs' }] } },
  { projected: { sources: [{ configMap: { name: 'o', items: [{ key: 'k', path: '/abs' }] } }] } },
  { projected: { sources: [{ serviceAccountToken: { path: '/abs' } }] } },
  { downwardAPI: { items: [{ path: '/abs', fieldRef: { fieldPath: 'metadata.name' } }] } },
])('an item that plays tricks is refused: %j', (source) => {
  expect(() => plan(podWith([{ name: 'v', ...source }]), deliveredOf({ configMaps: { o: { k: 'x' } } }))).toThrow(/pod\.spec\.volumes\[0\]\..*path "\/abs"/);
});
