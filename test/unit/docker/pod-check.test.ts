import { makeStamp, readPodFile, toCreateBody } from '../../../src/caller/index.js';
import { checkPod, type PodCheck, traitsWithoutEngine } from '../../../src/docker/index.js';
import { DEFAULT_POLICY, type NodeTraits } from '../../../src/docker/node/index.js';
import type { PodSpec } from '../../../src/kube/index.js';
import { parseCreateBody } from '../../../src/wire/index.js';
import { NODE } from './this-node.js';

const NOW = new Date('2026-01-01T00:00:00Z');
type Container = PodSpec['containers'][number];

function check(spec: Partial<PodSpec>, container: Partial<Container> = {}, node: NodeTraits = NODE, isEngineKnown = true): PodCheck {
  const manifest = { metadata: { name: 'web', namespace: 'ns' }, spec: { automountServiceAccountToken: false, containers: [{ name: 'main', image: 'busybox:1', ...container }], ...spec } };
  const [request] = parseCreateBody(toCreateBody({ pod: manifest, configMaps: [], secrets: [] }, makeStamp(NOW))).pods;
  if (request === undefined) throw new Error('no pod');
  return checkPod(request, node, isEngineKnown, NOW);
}

const messages = (findings: PodCheck['refused']): string[] => findings.map(({ message }) => message);

test('a plain pod is accepted, each of its fields honoured', () => {
  const { accepted, refused, warned, honoured, unread } = check({}, { command: ['true'], resources: { limits: { memory: '16Mi' } } });
  expect({ accepted, refused, warned }).toEqual({ accepted: true, refused: [], warned: [] });
  for (const path of ['pod.spec.containers[0].command', 'pod.spec.containers[0].image', 'pod.spec.containers[0].resources.limits.memory', 'pod.spec.restartPolicy']) expect(honoured).toContain(path);
  expect(unread).toContain('pod.spec.schedulerName');
  expect(new Set([...honoured, ...unread]).size).toBe(honoured.length + unread.length);
});

test('all that is in the way is told, however much: fields, values, level, room and content', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({ name: `host${index}`, hostPath: { path: '/etc' } }));
  const { accepted, refused, honoured } = check(
    { hostPID: true, volumes: [...many, { name: 'conf', configMap: { name: 'absent', optional: true, items: [{ key: 'a', path: '../up' }] } }] },
    { securityContext: { privileged: true }, resources: { requests: { cpu: '400' } }, volumeMounts: [{ name: 'conf', mountPath: '/conf' }] },
  );
  expect(accepted).toBe(false);
  for (const start of ['pod.spec.hostPID: over the level baseline', 'pod.spec.containers[0].securityContext.privileged: over the level baseline', 'OutOfcpu: ', 'pod.spec.volumes[0].hostPath', 'pod.spec.volumes[11].hostPath']) {
    expect(messages(refused)).toContainEqual(expect.stringContaining(start));
  }
  expect(refused.find(({ message }) => message.startsWith('OutOfcpu'))?.kind).toBe('OutOfResources');
  expect(honoured).not.toContain('pod.spec.hostPID');
  expect(honoured).not.toContain('pod.spec.containers[0].securityContext.privileged');
  expect(honoured).toContain('pod.spec.containers[0].name');
});

test('what has no effect is warned about, and refused where the operator is strict', () => {
  const spec = { dnsConfig: { searches: Array.from({ length: 33 }, (_, index) => `d${index}`) }, fancyNewField: 1 } as Partial<PodSpec>;
  const lenient = check({ ...spec, dnsConfig: {} });
  expect([lenient.accepted, messages(lenient.warned)]).toEqual([true, ['pod.spec.fancyNewField: this plugin does not know the field; it has no effect']]);
  const strict = check({ ...spec, dnsConfig: {} }, {}, { ...NODE, policy: { ...DEFAULT_POLICY, strict: true } });
  expect([strict.accepted, strict.warned, messages(strict.refused)]).toEqual([false, [], ['pod.spec.fancyNewField: this plugin does not know the field; it has no effect']]);
});

test('without an engine its abilities and its size are not judged, what the operator has set is', () => {
  const node = traitsWithoutEngine('node', { ...DEFAULT_POLICY, resources: { ...DEFAULT_POLICY.resources, cpuMilli: 2000 } });
  const confined = { securityContext: { seLinuxOptions: { level: 's0' } } };
  expect(check({}, { resources: { requests: { memory: '1Ti' } } }, node, false).accepted).toBe(true);
  expect(messages(check({}, { resources: { requests: { cpu: '3' } } }, node, false).refused)).toEqual([expect.stringMatching(/^OutOfcpu: .+ requested: 3000, used: 0, capacity: 2000$/)]);
  expect(messages(check({}, confined, node, false).refused)).toEqual([]);
  expect(messages(check({}, confined).refused)).toEqual([expect.stringContaining('the engine does not use SELinux')]);
});

test('what came with the pod is looked at: variables and files', () => {
  const file = `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  containers:
    - {name: main, image: busybox, volumeMounts: [{name: conf, mountPath: /conf}]}
  volumes:
    - {name: conf, configMap: {name: conf, items: [{key: missing, path: there}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {other: x}
`;
  const [request] = parseCreateBody(toCreateBody(readPodFile(file), makeStamp(NOW))).pods;
  const { accepted, refused } = checkPod(request as NonNullable<typeof request>, NODE, true, NOW);
  expect([accepted, messages(refused)]).toEqual([false, [expect.stringMatching(/^pod\.spec\.volumes\[0\]\.configMap.*missing/)]]);
});
