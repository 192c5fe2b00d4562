import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeStamp, readPodFile, toCreateBody } from '../../../src/caller/index.js';
import type { CreateBody } from '../../../src/caller/index.js';

const WIRE = join(__dirname, '../../fixtures/wire');
const NOW = new Date('2026-11-21T07:38:37.250Z');

/** What the two sides cannot share: identities, times, tokens, and the random order of env. */
function comparable(body: object): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) => {
    if (['uid', 'resourceVersion', 'creationTimestamp', 'startTime'].includes(key) && value !== null) return `<${key}>`;
    if ((key === 'token' || key === 'ca.crt') && typeof value === 'string' && /^ey|CERTIFICATE/.test(value)) return `<${key}>`;
    if (typeof value === 'string' && value.startsWith('kube-api-access-')) return 'kube-api-access-xxxxx';
    if (key === 'env' && Array.isArray(value)) return (value as { name: string }[]).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return value;
  });
}

function bodyOf(yaml: string): CreateBody {
  return toCreateBody(readPodFile(yaml), makeStamp(NOW));
}

test.each(['quickstart', 'multi', 'full', 'failing', 'initfailing', 'longrun', 'waiting', 'gpu'])(
  'sends for pods/%s.yaml what interLink was seen to send',
  (name) => {
    const captured = JSON.parse(readFileSync(join(WIRE, `create-${name}.request.json`), 'utf8')) as object;
    const body = bodyOf(readFileSync(join(WIRE, 'pods', `${name}.yaml`), 'utf8'));
    expect(comparable(body)).toEqual(comparable(captured));
  },
);

test('sends what interLink was seen to send beside a virtual kubelet that resolves nothing', () => {
  const captured = JSON.parse(readFileSync(join(WIRE, 'create-full-skipdownward.request.json'), 'utf8')) as object;
  const body = toCreateBody(readPodFile(readFileSync(join(WIRE, 'pods', 'full.yaml'), 'utf8')), makeStamp(NOW), 'interlink');
  expect(comparable(body)).toEqual(comparable(captured));
  const names = (sent: object): unknown => (sent as CreateBody).pod.spec.containers[0]?.env?.map(({ name }) => name).slice(0, 9);
  expect(names(body)).toEqual(names(captured));
});

test('leaves references as they are where nobody resolves them', () => {
  const yaml = podWith('envFrom: [{configMapRef: {name: cm}}], env: [{name: x, value: "$(a)"}]');
  expect(toCreateBody(readPodFile(yaml), makeStamp(NOW), 'nobody').pod.spec.containers[0]).toMatchObject({ envFrom: [{ configMapRef: { name: 'cm' } }], env: [{ name: 'x', value: '$(a)' }] });
});

test('makes up an identity of the right shape', () => {
  const { pod } = bodyOf(podWith(''));
  expect(pod.metadata).toEqual({
    name: 'p',
    namespace: 'default',
    uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
    resourceVersion: '1',
    creationTimestamp: '2026-11-21T07:38:37Z',
  });
  expect(bodyOf(podWith('')).pod.metadata.uid).not.toBe(pod.metadata.uid);
});

test('generates a name from generateName', () => {
  const { pod } = bodyOf('kind: Pod\nmetadata: {generateName: job-}\nspec: {containers: [{name: a, image: b}]}');
  expect(pod.metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
});

test.each<[name: string, container: string, env: object[] | undefined]>([
  ['env over envFrom of the same name', 'envFrom: [{configMapRef: {name: cm}}], env: [{name: a, value: mine}]', [{ name: 'a', value: 'mine' }]],
  ['a later variable sees an earlier one', 'env: [{name: x, value: "1"}, {name: w, value: "$(x)$(z)"}, {name: z, value: "3"}]',
    [{ name: 'x', value: '1' }, { name: 'w', value: '1$(z)' }, { name: 'z', value: '3' }]],
  ['an empty value', 'env: [{name: x}]', [{ name: 'x' }]],
  ['absent optional references only', 'env: [{name: x, valueFrom: {configMapKeyRef: {name: gone, key: k, optional: true}}}]', undefined],
  ['an absent optional envFrom', 'envFrom: [{secretRef: {name: gone, optional: true}}]', undefined],
  ['a resource reference', 'env: [{name: x, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]', undefined],
  ['the pod address', 'env: [{name: x, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]', [{ name: 'x', value: '127.0.0.1' }]],
])('resolves %s', (_name, container, env) => {
  expect(bodyOf(podWith(container)).pod.spec.containers[0]?.env).toEqual(env);
});

test.each<[name: string, container: string, volumes: string, message: RegExp]>([
  ['a ConfigMap of a variable', 'env: [{name: x, valueFrom: {configMapKeyRef: {name: gone, key: k}}}]', '', /ConfigMap gone .*env x of container main/],
  ['a key of a variable', 'env: [{name: x, valueFrom: {configMapKeyRef: {name: cm, key: k}}}]', '', /Key k of ConfigMap cm/],
  ['a Secret of envFrom', 'envFrom: [{secretRef: {name: gone}}]', '', /Secret gone .*envFrom of container main/],
  ['a ConfigMap of a volume', 'volumeMounts: [{name: v, mountPath: /v}]', '{name: v, configMap: {name: gone}}', /ConfigMap gone .*volume v/],
  ['a Secret of a volume', 'volumeMounts: [{name: v, mountPath: /v}]', '{name: v, secret: {secretName: gone}}', /Secret gone .*volume v/],
  ['a key of a projected volume', 'volumeMounts: [{name: v, mountPath: /v}]',
    '{name: v, projected: {sources: [{configMap: {name: cm, items: [{key: k, path: p}]}}]}}', /Key k of ConfigMap cm .*volume v/],
  ['a field', 'env: [{name: x, valueFrom: {fieldRef: {fieldPath: spec.magic}}}]', '', /spec\.magic .*env x/],
])('names %s that is missing', (_name, container, volumes, message) => {
  expect(() => bodyOf(podWith(container, volumes))).toThrow(message);
});

test("does not see another namespace's objects", () => {
  const other = 'kind: ConfigMap\nmetadata: {name: other, namespace: elsewhere}\ndata: {a: b}\n---\n';
  expect(() => bodyOf(other + podWith('envFrom: [{configMapRef: {name: other}}]'))).toThrow(/ConfigMap other is not in the file/);
});

test.each<[given: string, expected: object]>([
  ['volumes: [{name: v}]', { volumes: [{ name: 'v', emptyDir: {} }] }],
  ['volumes: [{name: v, emptyDir: }]', { volumes: [{ name: 'v', emptyDir: {} }] }],
  ['volumes: [{name: v, emptyDir: {sizeLimit: 5}}]', { volumes: [{ name: 'v', emptyDir: { sizeLimit: '5' } }] }],
  ['volumes: [{name: v, hostPath: {path: /x}}]', { volumes: [{ name: 'v', hostPath: { path: '/x', type: '' } }] }],
  ['serviceAccountName: me', { serviceAccountName: 'me', serviceAccount: 'me' }],
  ['tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists}]',
    { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }, expect.objectContaining({ key: 'node.kubernetes.io/unreachable' })] }],
])('completes %s', (given, expected) => {
  const yaml = `kind: Pod\nmetadata: {name: p}\nspec:\n  automountServiceAccountToken: false\n  containers: [{name: a, image: b}]\n  ${given}`;
  expect(bodyOf(yaml).pod.spec).toMatchObject(expected);
});

function podWith(container: string, volumes = ''): string {
  return [
    'kind: ConfigMap\nmetadata: {name: cm}\ndata: {a: fromMap}\n---',
    'kind: Pod\nmetadata: {name: p}',
    `spec:\n  automountServiceAccountToken: false\n  containers: [{name: main, image: busybox, ${container}}]\n  volumes: [${volumes}]`,
  ].join('\n');
}
