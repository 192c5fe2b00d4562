import { admit, requireAbilities } from '../../../../src/docker/admission/index.js';
import type { NodeTraits } from '../../../../src/docker/node/index.js';
import { ProviderError } from '../../../../src/errors.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

/** A node that gives pods some paths, claims and exports, with an engine of this API. */
function nodeWith(apiVersion = '1.41'): NodeTraits {
  const { policy } = NODE;
  const hostPaths = [{ path: '/data', readOnly: false }, { path: '/logs', readOnly: true }];
  const claims = [
    { pattern: 'ns/models', kind: 'volume', template: 'models', readOnly: true },
    { pattern: 'ns/tmp-*', kind: 'directory', template: '/claims/{namespace}/{claim}', readOnly: false },
    { pattern: 'ns/disk', kind: 'device', template: '/dev/vdb', readOnly: false },
    { pattern: 'ns/inner', kind: 'directory', template: '/data/inner', readOnly: false },
  ] as const;
  return {
    ...NODE,
    policy: { ...policy, podSecurity: { ...policy.podSecurity, allowed: { ...policy.podSecurity.allowed, hostPaths } }, volumes: { claims, nfs: [{ server: 'nas', path: '/export', readOnly: true }] } },
    abilities: { ...NODE.abilities, apiVersion },
  };
}

type Spec = Record<string, unknown>;

function refusalOf(act: () => unknown): ProviderError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const volume = (source: Spec): Spec => ({ volumes: [{ name: 'v', ...source }] });
const mount = (more: Spec): Spec => ({ volumeMounts: [{ name: 'v', mountPath: '/x', ...more }] });
const device = (more: Spec): Spec => ({ volumeDevices: [{ name: 'v', devicePath: '/dev/x', ...more }] });
const hostPath = (path: unknown, type?: unknown): Spec => volume({ hostPath: { path, ...(type !== undefined && { type }) } });
const claim = (claimName: unknown): Spec => volume({ persistentVolumeClaim: { claimName } });
const nfs = (server: unknown, path: unknown): Spec => volume({ nfs: { server, path } });

test.each<[spec: Spec, container: Spec]>([
  [hostPath('/data'), {}],
  [hostPath('/data/', 'DirectoryOrCreate'), mount({ mountPropagation: 'HostToContainer' })],
  [hostPath('/logs/a/b', 'File'), mount({ readOnly: true, recursiveReadOnly: 'Enabled' })],
  [claim('models'), mount({ readOnly: true, recursiveReadOnly: 'IfPossible' })],
  [claim('tmp-1'), mount({ recursiveReadOnly: 'Disabled' })],
  [claim('disk'), device({})],
  [nfs('nas', '/export/a'), {}],
  [volume({ image: { reference: 'busybox', pullPolicy: 'Never' } }), {}],
  [volume({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }), mount({ subPath: 'a/b' })],
  [volume({ emptyDir: { medium: 'HugePages-2Mi' } }), mount({ subPathExpr: 'a/$(B)' })],
  [volume({ emptyDir: { medium: 'HugePages' } }), mount({ mountPropagation: 'HostToContainer' })],
  [volume({ emptyDir: { mode: 0o1700 } }), {}],
  [volume({ projected: { defaultUser: 0, sources: [{ serviceAccountToken: { path: 't', user: 7 } }, { configMap: { name: 'c', items: [{ key: 'k', path: 'p', user: 8 }] } }] } }), {}],
  [volume({ emptyDir: {} }), mount({ readOnly: true, recursiveReadOnly: 'Enabled' })],
  [hostPath('/data'), { ...mount({ mountPropagation: 'None', subPath: '' }) }],
])('%j with %j is admitted', (spec, container) => {
  expect(admit(podOf(spec, container), nodeWith()).warnings).toEqual([]);
});

test.each<[field: string, spec: Spec, kind?: string]>([
  ['hostPath', hostPath('/'), 'Forbidden'],
  ['hostPath', hostPath('/etc'), 'Forbidden'],
  ['hostPath', hostPath('/database'), 'Forbidden'],
  ['hostPath.path', hostPath('/data/../etc'), 'Forbidden'],
  ['hostPath.path', hostPath('data'), 'Forbidden'],
  ['hostPath.path', hostPath('/data/a:b')],
  ['hostPath.path', hostPath('/data/\0')],
  ['hostPath.path', hostPath(undefined), 'Forbidden'],
  ['hostPath.type', hostPath('/data', 'Folder')],
  ['persistentVolumeClaim.claimName', claim('other')],
  ['persistentVolumeClaim.claimName', claim('tmp-/../..')],
  ['persistentVolumeClaim.claimName', claim('..')],
  ['persistentVolumeClaim.claimName', claim(undefined)],
  ['nfs', nfs('nas', '/'), 'Forbidden'],
  ['nfs', nfs('nas', '/exported'), 'Forbidden'],
  ['nfs', nfs('other', '/export'), 'Forbidden'],
  ['nfs.server', nfs('nas,addr=other', '/export'), 'Forbidden'],
  ['nfs.server', nfs(undefined, '/export'), 'Forbidden'],
  ['nfs.path', nfs('nas', '/export/../other')],
  ['image.reference', volume({ image: {} })],
  ['image.pullPolicy', volume({ image: { reference: 'busybox', pullPolicy: 'Often' } })],
  ['emptyDir.medium', volume({ emptyDir: { medium: 'Disk' } })],
  ['emptyDir.medium', volume({ emptyDir: { medium: 'HugePages-2Mi,mode=777' } })],
  ['emptyDir.sizeLimit', volume({ emptyDir: { sizeLimit: 'big' } })],
  ['emptyDir.mode', volume({ emptyDir: { mode: 0o2777 } })],
  ['secret.defaultUser', volume({ secret: { secretName: 's', defaultUser: -1 } })],
  ['configMap.items[0].user', volume({ configMap: { name: 'c', items: [{ key: 'k', path: 'p', user: 2 ** 31 }] } })],
  ['downwardAPI.items[0].fieldRef.fieldPath', volume({ downwardAPI: { items: [{ path: 'ip', fieldRef: { fieldPath: 'status.podIP' } }] } })],
  ['projected.sources[0].downwardAPI.items[0].resourceFieldRef.resource', volume({ projected: { sources: [{ downwardAPI: { items: [{ path: 'x', resourceFieldRef: { containerName: 'main', resource: 'limits.pods' } }] } }] } })],
  ['downwardAPI.items[0].resourceFieldRef.divisor', volume({ downwardAPI: { items: [{ path: 'x', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: 'x' } }] } })],
])('pod.spec.volumes[0].%s: %j is refused', (field, spec, kind = 'InvalidPod') => {
  const error = refusalOf(() => admit(podOf(spec), nodeWith()));
  expect(error.message).toMatch(new RegExp(`(^|; )pod\\.spec\\.volumes\\[0\\]\\.${field.replace(/[[\].]/g, '\\$&')}: `));
  expect(error.kind).toBe(kind);
});

test.each<[field: string, spec: Spec, container: Spec]>([
  ['volumeMounts[0].name', claim('disk'), mount({})],
  ['volumeDevices[0].name', claim('models'), device({})],
  ['volumeDevices[0].name', volume({ emptyDir: {} }), device({})],
  ['volumeDevices[0].name', claim('disk'), device({ name: 'w' })],
  ['volumeDevices[0].devicePath', claim('disk'), device({ devicePath: 'dev/x' })],
  ['volumeDevices[0].devicePath', claim('disk'), device({ devicePath: '/dev/../x' })],
  ['volumeDevices[0].devicePath', claim('disk'), device({ devicePath: undefined })],
  ['volumeDevices[1].devicePath', claim('disk'), { volumeDevices: ['/dev/x', '/dev//x'].map((devicePath) => ({ name: 'v', devicePath })) }],
  ['volumeDevices[0].devicePath', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'disk' } }, { name: 'w' }] }, { ...device({}), volumeMounts: [{ name: 'w', mountPath: '/dev/x' }] }],
])('%s of a claim that is or is not a block device: %j %j is refused', (field, spec, container) => {
  const { kind, message } = refusalOf(() => admit(podOf(spec, container), nodeWith()));
  expect([kind, message.startsWith(`pod.spec.containers[0].${field}: `)]).toEqual(['InvalidPod', true]);
});

test('a claim without storage is named, and so is the setting that gives it some', () => {
  expect(refusalOf(() => admit(podOf(claim('other')), nodeWith())).message).toMatch(/"ns\/other".*Volumes\.Claims/);
});

test.each(['csi', 'gitRepo', 'iscsi', 'fc', 'flexVolume', 'cephfs', 'rbd', 'awsElasticBlockStore', 'azureDisk', 'azureFile', 'cinder', 'gcePersistentDisk', 'glusterfs', 'portworxVolume', 'scaleIO', 'storageos', 'vsphereVolume', 'quobyte', 'photonPersistentDisk', 'flocker'])('P27: %s is refused by name', (kind) => {
  expect(refusalOf(() => admit(podOf(volume({ [kind]: { driver: 'x' } })), nodeWith())).message).toMatch(new RegExp(`^pod\\.spec\\.volumes\\[0\\]\\.${kind}: .*kind of volume`));
});

const PRIVILEGED = { securityContext: { privileged: true } };

test.each<[field: string, spec: Spec, container: Spec]>([
  ['subPath', volume({ configMap: { name: 'c' } }), mount({ subPath: '/etc/passwd' })],
  ['subPath', volume({ configMap: { name: 'c' } }), mount({ subPath: 'a/../../b' })],
  ['subPath', volume({ emptyDir: {} }), mount({ subPath: 'a\0' })],
  ['subPathExpr', volume({ emptyDir: {} }), mount({ subPathExpr: '../$(A)' })],
  ['subPathExpr', volume({ emptyDir: {} }), mount({ subPathExpr: '$(A)', subPath: 'a' })],
  ['mountPropagation', hostPath('/data'), mount({ mountPropagation: 'Both' })],
  ['mountPropagation', hostPath('/data'), mount({ mountPropagation: 'Bidirectional' })],
  ['mountPropagation', hostPath('/logs'), mount({ mountPropagation: 'HostToContainer' })],
  ['mountPropagation', volume({ emptyDir: {} }), { ...mount({ mountPropagation: 'Bidirectional' }), ...PRIVILEGED }],
  ['recursiveReadOnly', hostPath('/data'), mount({ recursiveReadOnly: 'Enabled' })],
  ['recursiveReadOnly', hostPath('/data'), mount({ readOnly: true, recursiveReadOnly: 'Always' })],
  ['recursiveReadOnly', hostPath('/data'), mount({ readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' })],
  ['recursiveReadOnly', claim('models'), mount({ readOnly: true, recursiveReadOnly: 'Enabled' })],
])('volumeMounts[0].%s of %j: %j is refused', (field, spec, container) => {
  const { message } = refusalOf(() => admit(podOf(spec, container), nodeWith()));
  expect(message).toContain(`pod.spec.containers[0].volumeMounts[0].${field}: `);
});

test.each<[api: string, spec: Spec, container: Spec]>([
  ['1.41', volume({ configMap: { name: 'c' } }), mount({ subPath: 'a' })],
  ['1.41', volume({ projected: { sources: [] } }), { env: [{ name: 'B', value: 'b' }], ...mount({ subPathExpr: 'a/$(B)' }) }],
  ['1.41', hostPath('/data'), mount({})],
  ['1.41', hostPath('/logs/a'), mount({ subPath: 'b' })],
  ['1.41', claim('tmp-1'), mount({})],
  ['1.41', hostPath('/data'), mount({ readOnly: true, recursiveReadOnly: 'IfPossible' })],
  ['1.45', volume({ emptyDir: {} }), mount({ subPath: 'a' })],
  ['1.45', claim('models'), mount({ subPath: 'a' })],
  ['1.45', claim('tmp-1'), mount({ subPath: 'a' })],
  ['1.45', hostPath('/data/x/y'), mount({ subPath: 'a' })],
  ['1.45', nfs('nas', '/export/a'), mount({ subPath: 'a' })],
  ['1.44', hostPath('/data'), mount({ readOnly: true, recursiveReadOnly: 'Enabled' })],
  ['1.48', volume({ image: { reference: 'busybox' } }), mount({ subPath: 'a' })],
])('an engine of API %s can %j with %j', (api, spec, container) => {
  expect(() => requireAbilities(podOf(spec, container), nodeWith(api))).not.toThrow();
});

// CVE-2017-1002101 and CVE-2021-25741: what a pod could have put a link on the way to is found by the engine, or not mounted.
test.each<[api: string, field: string, spec: Spec, container: Spec]>([
  ['1.44', 'containers[0].volumeMounts[0].subPath', volume({ emptyDir: {} }), mount({ subPath: 'a' })],
  ['1.41', 'containers[0].volumeMounts[0].subPathExpr', volume({ emptyDir: { medium: 'Memory' } }), mount({ subPathExpr: 'a' })],
  ['1.41', 'containers[0].volumeMounts[0].subPath', claim('models'), mount({ subPath: 'a' })],
  ['1.41', 'containers[0].volumeMounts[0].subPath', claim('tmp-1'), mount({ subPath: 'a' })],
  ['1.41', 'containers[0].volumeMounts[0].subPath', hostPath('/data'), mount({ subPath: 'a' })],
  ['1.41', 'containers[0].volumeMounts[0].subPath', nfs('nas', '/export'), mount({ subPath: 'a' })],
  ['1.41', 'volumes[0].hostPath.path', hostPath('/data/x'), mount({})],
  ['1.41', 'volumes[0].persistentVolumeClaim', claim('inner'), mount({})],
  ['1.41', 'volumes[0].nfs.path', nfs('nas', '/export/x'), mount({})],
  ['1.43', 'containers[0].volumeMounts[0].recursiveReadOnly', hostPath('/data'), mount({ readOnly: true, recursiveReadOnly: 'Enabled' })],
  ['1.47', 'volumes[0].image', volume({ image: { reference: 'busybox' } }), mount({})],
])('an engine of API %s is too old for %s of %j', (api, field, spec, container) => {
  expect(refusalOf(() => requireAbilities(podOf(spec, container), nodeWith(api))).message).toMatch(new RegExp(`^pod\\.spec\\.${field.replace(/[[\].]/g, '\\$&')}: .*API ${api.replace('.', '\\.')}`));
});

test.each<[expression: string, env: Spec[], named: string]>([
  ['$(GONE)', [], 'GONE'], ['a/$(EMPTY)', [{ name: 'EMPTY', value: '' }], 'EMPTY'], ['$(UP)/x', [{ name: 'UP', value: '..' }], '".."'], ['$(ROOT)', [{ name: 'ROOT', value: '/etc' }], 'relative'],
])('the expression %s is refused when it is expanded', (subPathExpr, env, named) => {
  const pod = podOf(volume({ configMap: { name: 'c' } }), { env, ...mount({ subPathExpr }) });
  expect(refusalOf(() => requireAbilities(pod, nodeWith())).message).toContain(named);
});
