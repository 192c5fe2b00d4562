import { type PodPlace, resolveEnvironment, withFileValues } from '../../../../src/docker/environment/index.js';
import { DEFAULT_ENVIRONMENT } from '../../../../src/docker/node/index.js';
import type { Container, EnvVar, Pod } from '../../../../src/kube/index.js';
import type { DeliveredObjects, FileMap } from '../../../../src/wire/index.js';

const PLACE: PodPlace = { node: 'virtual', podIP: '10.213.0.7', hostIP: '10.213.0.1', size: new Map([['cpu', 4000], ['memory', 8 * 2 ** 30]]) };
const SKIP = { skipDownwardAPIResolution: true };

const toFiles = (entries: Record<string, string | Buffer>): FileMap => new Map(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value)]));
const DELIVERED: DeliveredObjects = {
  configMaps: new Map([['cm', toFiles({ colour: 'teal', 'BAD-NAME.txt': 'odd', blob: '\x01', $: '$(colour)' })]]),
  binaryKeys: new Map([['cm', new Set(['blob'])]]),
  secrets: new Map([['s', toFiles({ key: 's3cr3t\n$(colour)', colour: 'red' })], ['bytes', toFiles({ bytes: Buffer.from([0xff]), nul: 's3cr3t\0' })]]),
  projected: new Map(),
};

function podOf(container: Partial<Container>, more: Partial<Pod['spec']> = {}): Pod {
  return { metadata: { name: 'p', namespace: 'ns', uid: 'u-1', labels: { tier: '1' } }, spec: { containers: [{ name: 'main', ...container }], ...more }, status: { podIP: '127.0.0.1', hostIP: '127.0.0.1' } };
}

function resolved(pod: Pod, policy = DEFAULT_ENVIRONMENT): Container | undefined {
  return resolveEnvironment(pod, DELIVERED, PLACE, policy).spec.containers[0];
}

function valuesOf(container: Partial<Container>, policy = DEFAULT_ENVIRONMENT): Record<string, string | undefined> {
  return Object.fromEntries((resolved(podOf(container), policy)?.env ?? []).map(({ name, value }) => [name, value]));
}

const from = (valueFrom: EnvVar['valueFrom'], name = 'x'): EnvVar => ({ name, ...(valueFrom && { valueFrom }) });
const OPEN = from({ fieldRef: { fieldPath: 'metadata.name' } }, 'open');
const field = (fieldPath: string): EnvVar => from({ fieldRef: { fieldPath } });

test('values that come final are not touched', () => {
  const pod = podOf({ env: [{ name: 'a', value: '1' }, { name: 'b', value: '$(a) $$(a) $$' }, { name: 'c' }] });
  expect(resolveEnvironment(pod, DELIVERED, PLACE, DEFAULT_ENVIRONMENT)).toEqual(pod);
});

test.each<[name: string, env: EnvVar[], values: Record<string, string>]>([
  ['an earlier variable', [{ name: 'a', value: '1' }, { name: 'b', value: '<$(a)>' }], { a: '1', b: '<1>' }],
  ['an escaped reference', [{ name: 'a', value: '1' }, { name: 'b', value: '$$(a) $$ $a ${a}' }], { a: '1', b: '$(a) $ $a ${a}' }],
  ['a variable that comes later, or never', [{ name: 'b', value: '$(a)$(z)' }, { name: 'a', value: '1' }], { b: '$(a)$(z)', a: '1' }],
  ['itself', [{ name: 'a', value: '$(a):x' }], { a: '$(a):x' }],
  ['its own earlier value', [{ name: 'a', value: '1' }, { name: 'a', value: '$(a):2' }], { a: '1:2' }],
  ['a reference', [from({ configMapKeyRef: { name: 'cm', key: 'colour' } }, 'a'), { name: 'b', value: '<$(a)>' }], { a: 'teal', b: '<teal>' }],
  ['nothing', [{ name: 'a' }], { a: '' }],
])('with references open a value may name %s', (_name, env, values) => {
  expect(valuesOf({ env: [...env, OPEN] })).toEqual({ ...values, open: 'p' });
});

test('an open reference anywhere in the pod opens all of it', () => {
  const pod = podOf({ env: [{ name: 'a', value: '$$' }] }, { initContainers: [{ name: 'first', env: [OPEN] }] });
  expect(resolved(pod)?.env).toEqual([{ name: 'a', value: '$' }]);
});

test.each<[name: string, container: Partial<Container>, values: Record<string, string>]>([
  ['the text keys of a ConfigMap, whatever their names', { envFrom: [{ configMapRef: { name: 'cm' } }] }, { colour: 'teal', 'BAD-NAME.txt': 'odd', $: '$(colour)' }],
  ['a Secret with a prefix, never expanded', { envFrom: [{ prefix: 'S_', secretRef: { name: 's' } }] }, { S_key: 's3cr3t\n$(colour)', S_colour: 'red' }],
  ['the later of two sources', { envFrom: [{ configMapRef: { name: 'cm' } }, { secretRef: { name: 's' } }] }, { colour: 'red', 'BAD-NAME.txt': 'odd', $: '$(colour)', key: 's3cr3t\n$(colour)' }],
  ['env over both', { envFrom: [{ secretRef: { name: 's' } }], env: [{ name: 'colour', value: 'not $(colour)' }] }, { key: 's3cr3t\n$(colour)', colour: 'not red' }],
  ['nothing of what is optional and not there', { envFrom: [{ configMapRef: { name: 'gone', optional: true } }, { secretRef: { name: 'gone', optional: true } }] }, {}],
])('envFrom gives %s', (_name, container, values) => {
  expect(valuesOf(container)).toEqual(values);
  expect(resolved(podOf(container))).not.toHaveProperty('envFrom');
});

test.each<[variable: EnvVar, value: string | undefined]>([
  [from({ configMapKeyRef: { name: 'cm', key: 'colour' } }), 'teal'],
  [from({ configMapKeyRef: { name: 'cm', key: 'gone', optional: true } }), undefined],
  [from({ configMapKeyRef: { name: 'gone', key: 'k', optional: true } }), undefined],
  [from({ secretKeyRef: { name: 's', key: 'key' } }), 's3cr3t\n$(colour)'],
  [from({ secretKeyRef: { name: 'gone', key: 'k', optional: true } }), undefined],
  [field('metadata.name'), 'p'],
  [field("metadata.labels['tier']"), '1'],
  [field('spec.nodeName'), 'virtual'],
  [field('spec.serviceAccountName'), 'default'],
  [field('status.podIP'), '10.213.0.7'],
  [field('status.hostIPs'), '10.213.0.1'],
  [from({ resourceFieldRef: { resource: 'limits.memory', divisor: '1Gi' } }), '8'],
  [from({ resourceFieldRef: { containerName: 'main', resource: 'requests.cpu', divisor: '1m' } }), '250'],
  [{ name: 'x', value: 'its own', valueFrom: { secretKeyRef: { name: 'gone', key: 'k' } } }, 'its own'],
])('%j gives %j', (variable, value) => {
  expect(valuesOf({ env: [variable], resources: { requests: { cpu: '250m' } } })).toEqual(value === undefined ? {} : { x: value });
});

test.each<[container: Partial<Container>, message: string]>([
  [{ env: [from({ configMapKeyRef: { name: 'gone', key: 'k' } })] }, 'env[0].valueFrom.configMapKeyRef: the ConfigMap "gone" has not come with the pod'],
  [{ env: [from({ configMapKeyRef: { name: 'cm', key: 'gone' } })] }, 'env[0].valueFrom.configMapKeyRef.key: the ConfigMap "cm" has no key "gone"'],
  [{ env: [from({ configMapKeyRef: { name: 'cm', key: 'blob' } })] }, 'env[0].valueFrom.configMapKeyRef.key: the ConfigMap "cm" has no key "blob"'],
  [{ env: [OPEN, from({ secretKeyRef: { name: 'gone', key: 'k', optional: false } })] }, 'env[1].valueFrom.secretKeyRef: the Secret "gone" has not come with the pod'],
  [{ env: [from({ secretKeyRef: { name: 'bytes', key: 'bytes' } })] }, 'env[0].valueFrom.secretKeyRef.key: "bytes" is not text in UTF-8'],
  [{ envFrom: [{ secretRef: { name: 'gone' } }] }, 'envFrom[0].secretRef: the Secret "gone" has not come with the pod'],
  [{ envFrom: [{ configMapRef: {} }] }, 'envFrom[0].configMapRef: the ConfigMap "" has not come with the pod'],
  [{ envFrom: [{ secretRef: { name: 'bytes' } }] }, 'envFrom[0].secretRef: key "bytes" of the Secret is not text in UTF-8'],
  [{ envFrom: [{ prefix: 'x' }] }, 'envFrom[0]: it names no source'],
  [{ env: [from({})] }, 'env[0].valueFrom: it names no source'],
  [{ env: [field('spec.magic')] }, 'env[0].valueFrom.fieldRef.fieldPath: "spec.magic" is no field'],
  [{ env: [from({ resourceFieldRef: { resource: 'limits.magic' } })] }, 'env[0].valueFrom.resourceFieldRef: "limits.magic" is no resource'],
  [{ env: [from({ resourceFieldRef: { containerName: 'gone', resource: 'limits.cpu' } })] }, 'env[0].valueFrom.resourceFieldRef: "limits.cpu" is no resource'],
  [{ env: [from({ resourceFieldRef: { resource: 'limits.cpu', divisor: 'x' } })] }, 'env[0].valueFrom.resourceFieldRef: "x" is not a quantity'],
  [{ env: [from({ secretKeyRef: { name: 'bytes', key: 'nul' } })] }, 'env: "x": it contains a NUL byte'],
  [{ env: [{ name: 'a', value: 'x'.repeat(70_000) }, { name: 'b', value: '$(a)$(a)' }, OPEN] }, 'env: "b": it is longer than 131071 bytes'],
  [{ env: [{ name: 'a', value: 'x'.repeat(70_000) }], args: ['ok', '$(a)$(a)'] }, 'args[1]: it is longer than 131071 bytes, the most that a program can be given, with its variables'],
  [{ env: Array.from({ length: 20 }, (_, index) => ({ name: `v${index}`, value: 'x'.repeat(110_000) })) }, ': its words and variables are longer than 2000000 bytes together'],
])('a container with %j is refused by its field', (container, message) => {
  expect(() => resolved(podOf(container))).toThrow(expect.objectContaining({ kind: 'InvalidPod', message: expect.stringContaining(`pod.spec.containers[0]${message.startsWith(':') ? '' : '.'}${message}`) as string }) as Error);
});

test('all that is in the way is said at once, and never a value', () => {
  const env = Array.from({ length: 10 }, (_, index) => from({ secretKeyRef: { name: 'gone', key: 'k' } }, `v${index}`));
  const pod = podOf({ env: [from({ secretKeyRef: { name: 'bytes', key: 'nul' } }), ...env] });
  expect(() => resolved(pod)).toThrow(/^pod\.spec\.containers\[0\]\.env\[1\]\.valueFrom.*; and 3 more$/);
  expect(() => resolved(pod)).not.toThrow(/s3cr3t/);
});

test('beside a virtual kubelet that resolves nothing, what envFrom gave comes behind env', () => {
  const env = [{ name: 'url', value: '$(user)@$(host)' }, { name: 'user', value: 'me' }, { name: 'path', value: '$(path):/x' }];
  expect(valuesOf({ env }, SKIP)).toEqual({ url: 'me@$(host)', user: 'me', path: '$(path):/x' });
});

describe('P14: variables out of files', () => {
  const ofFile: EnvVar = from({ fileKeyRef: { volumeName: 'v', path: 'f', key: 'K' } }, 'file');
  const gone: EnvVar = from({ fileKeyRef: { volumeName: 'v', path: 'f', key: 'G', optional: true } }, 'gone');

  test('they stay open, and count in the values of those behind them when they are known', () => {
    const env = [{ name: 'before', value: '$(file)' }, ofFile, gone, { name: 'after', value: '<$(file)> $$(file) $(gone) $$(gone)' }, OPEN];
    const container = resolved(podOf({ env, command: ['$(after)'] }));
    expect(container?.env?.slice(1, 3)).toEqual([ofFile, gone]);
    expect(withFileValues(container ?? { name: '' }, new Map([['file', 'a $(gone) b']])).env).toEqual([
      { name: 'before', value: '$(file)' },
      { name: 'file', value: 'a $(gone) b' },
      { name: 'after', value: '<a $(gone) b> $(file) $(gone) $(gone)' },
      { name: 'open', value: 'p' },
    ]);
  });

  test('alone they do not say that the sender expands nothing', () => {
    const pod = podOf({ env: [ofFile, { name: 'after', value: '$(file) $$' }] });
    expect(resolveEnvironment(pod, DELIVERED, PLACE, DEFAULT_ENVIRONMENT)).toEqual(pod);
  });

  test('a later variable of the same name takes its place', () => {
    expect(valuesOf({ env: [ofFile, { name: 'file', value: 'mine' }, OPEN] })).toMatchObject({ file: 'mine' });
  });
});
