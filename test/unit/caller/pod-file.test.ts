import { readPodFile } from '../../../src/caller/index.js';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: main, image: busybox}]}\n';

test('collects a pod and its objects, in any order, with empty documents between', () => {
  const file = readPodFile(
    `---\n---\nkind: Secret\nmetadata: {name: s}\nstringData: {a: ü}\ndata: {a: eA==, b: eQ==}\n---\n${POD}---\n` +
      'kind: ConfigMap\nmetadata: {name: c}\ndata: {key: text, empty: }\nbinaryData: {bin: AAE=}\n',
  );
  expect(file.pod.spec.containers).toEqual([{ name: 'main', image: 'busybox' }]);
  expect(file.secrets).toEqual([{ metadata: { name: 's', namespace: 'default' }, data: { a: 'w7w=', b: 'eQ==' }, type: 'Opaque' }]);
  expect(file.configMaps).toEqual([{ metadata: { name: 'c', namespace: 'default' }, data: { key: 'text', empty: '' }, binaryData: { bin: 'AAE=' } }]);
});

test("objects without a namespace belong to the pod's", () => {
  const file = readPodFile(`kind: ConfigMap\nmetadata: {name: c}\n---\n${POD.replace('{name: p}', '{name: p, namespace: lab}')}`);
  expect(file.configMaps[0]?.metadata?.namespace).toBe('lab');
});

test('reads YAML as Kubernetes does: octal modes, yes as true, times as text', () => {
  const file = readPodFile(
    'kind: Pod\nmetadata: {name: p, annotations: {at: 2026-01-02T03:04:05Z, clock: 12:30:45}}\n' +
      'spec:\n  hostIPC: no\n  containers: [{name: a, image: b}]\n  volumes: [{name: v, configMap: {name: c, defaultMode: 0400}}]\n',
  );
  expect(file.pod.metadata.annotations).toEqual({ at: '2026-01-02T03:04:05Z', clock: '12:30:45' });
  expect(file.pod.spec.hostIPC).toBe(false);
  expect(file.pod.spec.volumes).toEqual([{ name: 'v', configMap: { name: 'c', defaultMode: 0o400 } }]);
});

test.each<[name: string, text: string, message: RegExp]>([
  ['nothing', '', /no Pod/],
  ['no pod', 'kind: ConfigMap\nmetadata: {name: c}', /no Pod/],
  ['two pods', `${POD}---\n${POD}`, /^Document 2 \(Pod p\): the file has a Pod already/],
  ['broken YAML', 'kind: Pod\n---\na: [', /^Document 2: /],
  ['a list', '- a', /^Document 1: must be a Kubernetes object/],
  ['another kind', 'kind: Deployment', /^Document 1: kind "Deployment" cannot be used/],
  ['no kind', 'a: 1', /^Document 1: kind null/],
  ['no name', 'kind: Pod\nmetadata: {}\nspec: {containers: [{name: a, image: b}]}', /^Document 1 \(Pod\): metadata.name is missing/],
  ['no spec', 'kind: Pod\nmetadata: {name: p}', /^Document 1 \(Pod p\): spec must be a mapping/],
  ['no container', 'kind: Pod\nmetadata: {name: p}\nspec: {containers: []}', /spec\.containers must hold a container/],
  ['a number as argument', 'kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b, args: [sleep, 5]}]}',
    /spec\.containers\[0\]\.args\[1\] must be a string \(quote it\)/],
  ['a number as variable', 'kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b, env: [{name: X, value: 1}]}]}',
    /spec\.containers\[0\]\.env\[0\]\.value must be a string/],
  ['a number in a ConfigMap', `${POD}---\nkind: ConfigMap\nmetadata: {name: c}\ndata: {port: 80}`, /^Document 2 \(ConfigMap c\): data\.port must be a string/],
  ['plain text in a Secret', `${POD}---\nkind: Secret\nmetadata: {name: s}\ndata: {a: "not base64"}`, /^Document 2 \(Secret s\): data\.a must be base64/],
])('refuses %s, naming it', (_name, text, message) => {
  expect(() => readPodFile(text)).toThrow(message);
});
