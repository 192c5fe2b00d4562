import { parseDeleteBody, parsePod, parseStatusBody, WireError } from '../../../src/wire/index.js';
import { captures } from './captured.js';
import { minimalPod, withMember, type Json } from './bodies.js';

test.each(captures('delete-').map(({ name, request }) => [name, request as { metadata: object }] as const))('%s is a pod', (_name, request) => {
  expect(parseDeleteBody(request).metadata).toEqual(request.metadata);
});

test.each(captures('status-').map(({ name, request }) => [name, request as { spec: object }[]] as const))('%s is a list of pods', (_name, request) => {
  expect(parseStatusBody(request).map(({ spec }) => spec)).toEqual(request.map(({ spec }) => spec));
});

test('a ping is an empty list', () => {
  expect(parseStatusBody([])).toEqual([]);
});

test("Go's nulls are absent, at any depth, and the body stays as it was", () => {
  const body = {
    metadata: { name: 'p', namespace: 'n', uid: 'u', labels: null, creationTimestamp: null },
    spec: { initContainers: null, containers: [{ name: 'main', image: 'i', args: null, future: { list: [{ a: null, b: 0 }] } }] },
    status: null,
  };
  const before = structuredClone(body);
  expect(parsePod(body, 'pod')).toStrictEqual({
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [{ name: 'main', image: 'i', future: { list: [{ b: 0 }] } }] },
  });
  expect(body).toStrictEqual(before);
});

test('fields that nobody knows pass untouched', () => {
  const future = { number: 1.5e300, empty: '', zero: 0, no: false, list: [[], {}], 'a/b.c~d': 'ü' };
  const pod = { ...minimalPod(), future };
  expect(parsePod(pod, 'pod')).toStrictEqual(pod);
});

test('a member called __proto__ is a member like any other', () => {
  const body = JSON.parse('{"metadata":{"name":"p","namespace":"n","uid":"u","x":null,"__proto__":{"name":"evil"}},"spec":{"containers":[{"name":"m","image":"i"}]}}') as unknown;
  const { metadata } = parsePod(body, 'pod');
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  expect(metadata.name).toBe('p');
});

test('a body that is nested beyond all measure is refused, not a stack that overflows', () => {
  const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as Json;
  expect(() => parsePod({ ...minimalPod(), deep }, 'pod')).toThrow(new WireError('pod', 'is nested too deeply'));
});

const LONG = 'a'.repeat(64);

test.each<[path: (string | number)[], value: Json | undefined, wrongField: string]>([
  [['metadata'], undefined, 'pod.metadata'],
  [['metadata'], [], 'pod.metadata'],
  [['metadata', 'name'], undefined, 'pod.metadata.name'],
  [['metadata', 'name'], '', 'pod.metadata.name'],
  [['metadata', 'name'], null, 'pod.metadata.name'],
  [['metadata', 'name'], 7, 'pod.metadata.name'],
  [['metadata', 'name'], 'a_b', 'pod.metadata.name'],
  [['metadata', 'name'], '../up', 'pod.metadata.name'],
  [['metadata', 'name'], 'a..b', 'pod.metadata.name'],
  [['metadata', 'name'], 'Upper', 'pod.metadata.name'],
  [['metadata', 'name'], 'line\n', 'pod.metadata.name'],
  [['metadata', 'name'], 'a'.repeat(254), 'pod.metadata.name'],
  [['metadata', 'namespace'], 'a.b', 'pod.metadata.namespace'],
  [['metadata', 'namespace'], LONG, 'pod.metadata.namespace'],
  [['metadata', 'uid'], 'a/b', 'pod.metadata.uid'],
  [['metadata', 'uid'], 'a_b', 'pod.metadata.uid'],
  [['metadata', 'uid'], `${LONG}a`, 'pod.metadata.uid'],
  [['spec'], undefined, 'pod.spec'],
  [['spec', 'containers'], undefined, 'pod.spec.containers'],
  [['spec', 'containers'], [], 'pod.spec.containers'],
  [['spec', 'containers'], {}, 'pod.spec.containers'],
  [['spec', 'containers', 0], 'main', 'pod.spec.containers[0]'],
  [['spec', 'containers', 0, 'name'], '-a', 'pod.spec.containers[0].name'],
  [['spec', 'containers', 0, 'name'], 'a_b', 'pod.spec.containers[0].name'],
  [['spec', 'containers', 0, 'image'], undefined, 'pod.spec.containers[0].image'],
  [['spec', 'containers', 1], { name: 'main', image: 'i' }, 'pod.spec.containers[1].name'],
  [['spec', 'initContainers'], [{ name: 'main', image: 'i' }], 'pod.spec.containers[0].name'],
  [['spec', 'initContainers'], [{ name: 'POD', image: 'i' }], 'pod.spec.initContainers[0].name'],
])('%j = %j is refused at %3$s', (path, value, wrongField) => {
  expect(() => parsePod(withMember(minimalPod(), path, value), 'pod')).toThrow(expect.objectContaining({ name: 'WireError', path: wrongField }) as Error);
});

test.each<[path: (string | number)[], value: string]>([
  [['metadata', 'name'], 'a.b-c.9'],
  [['metadata', 'name'], 'a'.repeat(253)],
  [['metadata', 'namespace'], 'a'.repeat(63)],
  [['metadata', 'uid'], '48bbc6bb-6c3c-4711-98c2-24db7b89cc60'],
  [['metadata', 'uid'], 'ABCdef0123'],
])('%j = %j passes', (path, value) => {
  const pod = withMember(minimalPod(), path, value);
  expect(parsePod(pod, 'pod')).toStrictEqual(pod);
});

test.each([undefined, null, {}, 'x', 3])('a status body of %j is refused', (body) => {
  expect(() => parseStatusBody(body)).toThrow('request body must be array');
});
