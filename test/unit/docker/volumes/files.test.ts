import type { Volume } from '../../../../src/kube/index.js';
import { deliveredOf, filesIn, plan, podWith } from './pods.js';

const DELIVERED = deliveredOf({
  configMaps: { settings: { colour: 'teal', size: 'xl' }, empty: {} },
  secrets: { login: { user: 'me', password: 's3cr3t' } },
  projected: {
    mixed: { 'hello/greeting.txt': 'hi', token: 'eyJ', labels: 'own', loose: 'from a map' },
    partly: { 'a.txt': 'A' },
  },
});

function filesOf(source: Omit<Volume, 'name'>, name = 'v'): Record<string, string> {
  const [content] = plan(podWith([{ name, ...source }]), DELIVERED);
  return filesIn(content);
}

test.each<[what: string, source: Omit<Volume, 'name'>, expected: Record<string, string>]>([
  ['all keys of a ConfigMap', { configMap: { name: 'settings' } }, { colour: '644 teal', size: '644 xl' }],
  ['with a default mode', { configMap: { name: 'settings', defaultMode: 0o400 } }, { colour: '400 teal', size: '400 xl' }],
  ['items select, rename and set modes', { configMap: { name: 'settings', defaultMode: 0o400, items: [{ key: 'colour', path: 'deep/er//c.txt', mode: 0o444 }] } }, { 'deep/er/c.txt': '444 teal' }],
  ['one key at two places', { configMap: { name: 'settings', items: [{ key: 'size', path: 'a' }, { key: 'size', path: 'b' }] } }, { a: '644 xl', b: '644 xl' }],
  ['an empty ConfigMap', { configMap: { name: 'empty' } }, {}],
  ['an optional ConfigMap that is not there', { configMap: { name: 'gone', optional: true } }, {}],
  ['an optional key that is not there', { configMap: { name: 'settings', optional: true, items: [{ key: 'gone', path: 'x' }, { key: 'size', path: 'y' }] } }, { y: '644 xl' }],
  ['a Secret', { secret: { secretName: 'login', defaultMode: 0o256 } }, { user: '256 me', password: '256 s3cr3t' }],
  ['an optional Secret that is not there', { secret: { secretName: 'gone', optional: true, items: [{ key: 'x', path: 'x' }] } }, {}],
  ['an emptyDir', { emptyDir: {} }, {}],
])('%s', (_what, source, expected) => {
  expect(filesOf(source)).toEqual(expected);
});

test.each<[source: Omit<Volume, 'name'>, named: string]>([
  [{ configMap: { name: 'gone' } }, 'pod.spec.volumes[0].configMap.name "gone"'],
  [{ configMap: { name: 'settings', items: [{ key: 'size', path: 'a' }, { key: 'x', path: 'b' }] } }, 'pod.spec.volumes[0].configMap.items[1].key "x"'],
  [{ secret: { secretName: 'gone' } }, 'pod.spec.volumes[0].secret.secretName "gone"'],
  [{ secret: { secretName: 'login', items: [{ key: 'x', path: 'x' }] } }, 'pod.spec.volumes[0].secret.items[0].key "x"'],
  [{ configMap: { name: 'settings', items: [{ key: 'size', path: 'a' }, { key: 'size', path: 'a/b' }] } }, 'pod.spec.volumes[0]: "a" is a file and a directory'],
])('%j is refused by name', (source, named) => {
  expect(() => filesOf(source)).toThrow(expect.objectContaining({ kind: 'InvalidPod', message: expect.stringContaining(named) as unknown }) as Error);
});

test.each<[what: string, name: string, source: NonNullable<Volume['projected']>, expected: Record<string, string>]>([
  ['what came under the name of the volume, with the modes of its sources', 'mixed', {
    defaultMode: 0o440,
    sources: [
      { configMap: { name: 'elsewhere', items: [{ key: 'greeting', path: 'hello/greeting.txt', mode: 0o600 }] } },
      { serviceAccountToken: { path: 'token' } },
      { downwardAPI: { items: [{ path: 'labels', mode: 0o404, fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ],
  }, { 'hello/greeting.txt': '600 hi', token: '440 eyJ', labels: '404 own', loose: '440 from a map' }],
  ['a Secret that was delivered for another volume', 'partly', { sources: [{ configMap: { name: 'any' } }, { secret: { name: 'login', items: [{ key: 'user', path: 'u', mode: 0o400 }] } }] },
    { 'a.txt': '644 A', u: '400 me' }],
  ['of two sources with one path the later', 'partly', { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'login', items: [{ key: 'user', path: 'colour' }] } }] },
    { 'a.txt': '644 A', colour: '644 me', size: '644 xl' }],
  ['a ConfigMap delivered for another volume, when nothing came under the name', 'v', { sources: [{ configMap: { name: 'settings' } }] }, { colour: '644 teal', size: '644 xl' }],
  ['what is optional may be missing', 'v', { sources: [{ configMap: { name: 'gone', optional: true } }, { secret: { name: 'gone', optional: true, items: [{ key: 'a', path: 'a' }] } }] }, {}],
  ['fields that only the pod tells', 'v', {
    sources: [{
      downwardAPI: {
        items: [
          { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          { path: 'a', fieldRef: { fieldPath: "metadata.labels['a']" } },
          { path: 'none', fieldRef: { fieldPath: "metadata.annotations['x']" } },
          { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '0' } },
          { path: 'milli', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' } },
          { path: 'filled', resourceFieldRef: { containerName: 'main', resource: 'requests.cpu', divisor: '1m' } },
          { path: 'memory', resourceFieldRef: { containerName: 'main', resource: 'requests.memory', divisor: '1Mi' } },
        ],
      },
    }],
  }, { name: '644 p', labels: '644 a="say \\"so\\""\nb="2"', a: '644 say "so"', none: '644 ', cpu: '644 2', milli: '644 1500', filled: '644 1500', memory: '644 32' }],
])('projected: %s', (_what, name, projected, expected) => {
  expect(filesOf({ projected }, name)).toEqual(expected);
});

test.each<[source: NonNullable<NonNullable<Volume['projected']>['sources']>[number], named: string]>([
  [{ secret: { name: 'gone' } }, 'sources[0].secret.name "gone"'],
  [{ secret: { name: 'gone', items: [{ key: 'k', path: 'p' }] } }, 'sources[0].secret.items[0].key "k"'],
  [{ configMap: { name: 'gone' } }, 'sources[0].configMap.name "gone"'],
  [{ configMap: { name: 'settings', items: [{ key: 'k', path: 'p' }] } }, 'sources[0].configMap.items[0].key "k"'],
  [{ serviceAccountToken: { path: 'token' } }, 'sources[0].serviceAccountToken.path "token"'],
  [{ downwardAPI: { items: [{ path: 'p', resourceFieldRef: { containerName: 'main', resource: 'limits.pods' } }] } }, 'sources[0].downwardAPI.items[0].path "p"'],
  [{ downwardAPI: { items: [{ path: 'p', resourceFieldRef: { containerName: 'gone', resource: 'limits.cpu' } }] } }, 'sources[0].downwardAPI.items[0].path "p"'],
])('projected without its content: %j', (source, named) => {
  expect(() => filesOf({ projected: { sources: [source] } })).toThrow(`pod.spec.volumes[0].projected.${named}`);
});

test('a downwardAPI volume is read like a projected one', () => {
  expect(filesOf({ downwardAPI: { defaultMode: 0o400, items: [{ path: 'labels' }] } }, 'mixed')).toMatchObject({ labels: '400 own' });
  expect(() => filesOf({ downwardAPI: { items: [{ path: 'gone' }] } })).toThrow('pod.spec.volumes[0].downwardAPI.items[0].path "gone"');
});

test('volumes keep the order of the spec; those of other kinds are not files', () => {
  const volumes: Volume[] = [{ name: 'c', secret: { secretName: 'login' } }, { name: 'x', emptyDir: { medium: 'Memory' } }, { name: 'a', emptyDir: {} }, { name: 'b' }];
  const planned = plan(podWith(volumes), DELIVERED);
  expect(planned.map(({ volume, content }) => [volume.name, content?.directoryMode.toString(8)])).toEqual([['c', '777'], ['x', undefined], ['a', '777'], ['b', '777']]);
  expect(plan(podWith([]), DELIVERED)).toEqual([]);
});

test('a volume that nothing mounts is made, though its content did not come', () => {
  const volumes: Volume[] = [{ name: 'a', configMap: { name: 'gone' } }, { name: 'b', projected: { sources: [{ secret: { name: 'gone' } }, { serviceAccountToken: { path: 't' } }] } }];
  expect(plan(podWith(volumes, []), DELIVERED).map(filesIn)).toEqual([{}, {}]);
  expect(() => plan(podWith(volumes, ['b']), DELIVERED)).toThrow('pod.spec.volumes[1].projected.sources[0].secret');
});

test('digests tell contents, modes and paths apart, and nothing else', () => {
  const digest = (source: Omit<Volume, 'name'>): string | undefined => plan(podWith([{ name: 'v', ...source }]), DELIVERED).map(({ volume }) => (volume.kind === 'own' ? volume.digest : undefined))[0];
  const different = [{ configMap: { name: 'settings' } }, { configMap: { name: 'settings', defaultMode: 0o400 } }, { configMap: { name: 'empty' } },
    { configMap: { name: 'settings', items: [{ key: 'colour', path: 'c' }] } }, { configMap: { name: 'settings', items: [{ key: 'size', path: 'c' }] } }].map(digest);
  expect(new Set(different).size).toBe(different.length);
  expect(different[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(digest({ configMap: { name: 'settings' } })).toBe(different[0]);
  expect(digest({ emptyDir: {} })).toBeUndefined();
});
