import { type Container, type Pod, readPodField, readResourceField, toGoString } from '../../../src/kube/index.js';

const MAIN: Container = { name: 'main', resources: { limits: { cpu: '1500m', memory: '64Mi', 'hugepages-2Mi': '4Mi' }, requests: { memory: '10M' } } };
const BARE: Container = { name: 'bare', resources: { limits: { cpu: '0' } } };
const POD: Pod = {
  metadata: { name: 'p', namespace: 'n', uid: 'u', labels: { tier: '1', b: 'say "so"\n' }, annotations: { 'a.b/c': "it's\t" } },
  spec: { containers: [MAIN, BARE], initContainers: [{ name: 'first' }], nodeName: 'node', serviceAccountName: 'me' },
  status: { podIP: '10.0.0.2', hostIP: '10.0.0.1' },
};
const NODE = new Map([['cpu', 4000], ['memory', 8 * 2 ** 30]]);

test.each<[fieldPath: string, expected: string | undefined]>([
  ['metadata.name', 'p'],
  ['metadata.namespace', 'n'],
  ['metadata.uid', 'u'],
  ["metadata.labels['tier']", '1'],
  ["metadata.labels['gone']", ''],
  ["metadata.annotations['a.b/c']", "it's\t"],
  ['metadata.labels', String.raw`b="say \"so\"\n"` + '\ntier="1"'],
  ['metadata.annotations', String.raw`a.b/c="it's\t"`],
  ['spec.nodeName', 'node'],
  ['spec.serviceAccountName', 'me'],
  ['status.podIP', '10.0.0.2'],
  ['status.podIPs', '10.0.0.2'],
  ['status.hostIP', '10.0.0.1'],
  ['status.hostIPs', '10.0.0.1'],
  ['spec.containers', undefined],
  ['metadata.labels[tier]', undefined],
])('%s is told as %j', (fieldPath, expected) => {
  expect(readPodField(POD, fieldPath)).toBe(expected);
});

test.each<[resource: string, containerName: string | undefined, divisor: string | undefined, expected: string | undefined]>([
  ['limits.cpu', undefined, undefined, '2'],
  ['limits.cpu', undefined, '0', '2'],
  ['limits.cpu', undefined, '1m', '1500'],
  ['limits.memory', undefined, '1Mi', '64'],
  ['limits.memory', undefined, '1k', '67109'],
  ['limits.hugepages-2Mi', undefined, '1Mi', '4'],
  ['limits.ephemeral-storage', undefined, undefined, '0'],
  ['requests.memory', undefined, undefined, '10000000'],
  ['requests.cpu', undefined, '1m', '1500'],
  ['requests.cpu', 'bare', undefined, '0'],
  ['limits.cpu', 'bare', undefined, '4'],
  ['limits.memory', 'bare', '1Gi', '8'],
  ['limits.hugepages-2Mi', 'bare', undefined, '0'],
  ['limits.cpu', 'first', '1m', '4000'],
  ['limits.cpu', 'gone', undefined, undefined],
  ['limits.pods', undefined, undefined, undefined],
  ['cpu', undefined, undefined, undefined],
])('%s of container %s by %s is told as %s', (resource, containerName, divisor, expected) => {
  const reference = { resource, ...(containerName !== undefined && { containerName }), ...(divisor !== undefined && { divisor }) };
  expect(readResourceField(POD, reference, MAIN, NODE)).toBe(expected);
});

test('a limit that nobody knows is not made up', () => {
  expect(readResourceField(POD, { resource: 'limits.memory' }, BARE, new Map())).toBeUndefined();
  expect(readResourceField(POD, { resource: 'requests.memory' }, BARE, new Map())).toBe('0');
});

test.each(['valueOf', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])('%s is no label and no resource of a pod', (key) => {
  expect(readPodField(POD, `metadata.labels['${key}']`)).toBe('');
  expect(readResourceField(POD, { resource: `limits.${key}` }, MAIN, NODE)).toBeUndefined();
});

test.each([
  ['plain ünïcode ☕', '"plain ünïcode ☕"'],
  ['"\\\n\r\t\v\f\b\x07', String.raw`"\"\\\n\r\t\v\f\b\a"`],
  ['\0\x1f\x7f\u00a0\u200b\u{e0001}', String.raw`"\x00\x1f\x7f\u00a0\u200b\U000e0001"`],
])('%j is written as Go writes it', (text, expected) => {
  expect(toGoString(text)).toBe(expected);
});
