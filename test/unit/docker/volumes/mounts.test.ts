/** What the engine is asked for: volumes of a pod as they are planned, and the mounts that are made of them. */
import { type NodeTraits } from '../../../../src/docker/node/index.js';
import { type PodRecord, RECORD_VERSION } from '../../../../src/docker/record/index.js';
import { toContainerConfig, toSandboxConfig } from '../../../../src/docker/spec/index.js';
import { toPreparation } from '../../../../src/docker/volumes/index.js';
import type { MountConfig } from '../../../../src/engine/index.js';
import type { Container, PodSpec, Volume, VolumeMount } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { deliveredOf, plan, podWith } from './pods.js';

const OF_POD = { 'io.kubernetes.pod.name': 'p', 'io.kubernetes.pod.namespace': 'ns', 'io.kubernetes.pod.uid': 'u', 'interlink.eu/node': 'node' };
const DELIVERED = deliveredOf({ configMaps: { settings: { one: '1', two: '2' } } });

function nodeOf(api: string): NodeTraits {
  const { policy } = NODE;
  const hostPaths = [{ path: '/data', readOnly: false }, { path: '/logs', readOnly: true }];
  const claims = [
    { pattern: 'ns/models', kind: 'volume', template: 'models', readOnly: true },
    { pattern: 'ns/dir-*', kind: 'directory', template: '/claims/{namespace}/{claim}', readOnly: false },
    { pattern: 'ns/*', kind: 'volume', template: '{namespace}_{claim}', readOnly: false },
  ] as const;
  const volumes = { claims, nfs: [{ server: 'nas', path: '/export', readOnly: false }, { server: 'nas', path: '/export/ro', readOnly: true }] };
  return {
    ...NODE,
    policy: { ...policy, podSecurity: { ...policy.podSecurity, allowed: { ...policy.podSecurity.allowed, hostPaths } }, volumes },
    abilities: { ...NODE.abilities, apiVersion: api },
  };
}

type Source = Omit<Volume, 'name'>;

/** The record of a pod with one volume, whose container mounts it like this. */
function recordOf(source: Source, mounts: Partial<VolumeMount>[], node: NodeTraits, more: Partial<PodSpec> = {}): { record: PodRecord; container: Container } {
  const volumeMounts = mounts.map((mount, index): VolumeMount => ({ name: 'v', mountPath: `/m${index}`, ...mount }));
  const container: Container = { name: 'main', image: 'busybox', volumeMounts };
  const pod = { ...podWith([]), spec: { ...more, containers: [container], volumes: [{ name: 'v', ...source }] } };
  const volumes = plan(pod, DELIVERED, node).map(({ volume }) => volume);
  return { container, record: { version: RECORD_VERSION, pod, acceptedAt: '2026-01-01T00:00:00.000Z', network: { name: 'n', subnet: '10.0.0.0/8', ip: '10.0.0.2', aliases: [] }, volumes } };
}

function mountsOf(api: string, source: Source, mount: Partial<VolumeMount> & { recursiveReadOnly?: string } = {}): MountConfig | undefined {
  const node = nodeOf(api);
  const { record, container } = recordOf(source, [mount], node);
  const mountpoints = new Map(record.volumes.flatMap((volume) => ('engineName' in volume ? [[volume.engineName, `/engine/${volume.engineName}/_data`]] : [])));
  return toContainerConfig(record, container, { id: 's', shared: false }, node, { mountpoints }).HostConfig?.Mounts?.[0];
}

const volume = (Source: string, options: Partial<NonNullable<MountConfig['VolumeOptions']>> = {}, ReadOnly = false): MountConfig => ({
  Type: 'volume', Source, Target: '/m0', ReadOnly, VolumeOptions: { NoCopy: true, Labels: OF_POD, ...options },
});
const bind = (Source: string, BindOptions?: MountConfig['BindOptions'], ReadOnly = false): MountConfig => ({ Type: 'bind', Source, Target: '/m0', ReadOnly, ...(BindOptions && { BindOptions }) });
const local = (type: string, device: string, o: string) => ({ DriverConfig: { Name: 'local', Options: { type, device, o } } });
const NODE_ONLY = { Labels: { 'interlink.eu/node': 'node' } };
const partOf = (part: string): unknown => expect.stringMatching(new RegExp(`^k8s_node_u_v\\.[0-9a-f]{16}${part}$`));

test.each<[what: string, api: string, source: Source, mount: Partial<VolumeMount> & { recursiveReadOnly?: string }, expected: unknown]>([
  ['P19: an emptyDir', '1.41', { emptyDir: {} }, {}, volume('k8s_node_u_v')],
  ['P28: a part of it', '1.45', { emptyDir: {} }, { subPath: './a//b/' }, volume('k8s_node_u_v', { Subpath: 'a/b' })],
  ['P20: memory', '1.41', { emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, {}, volume('k8s_node_u_v', local('tmpfs', 'tmpfs', 'size=1048576,mode=1777'))],
  ['P28: a part of memory', '1.45', { emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, { subPath: 'a' }, volume('k8s_node_u_v', { ...local('tmpfs', 'tmpfs', 'size=1048576,mode=1777'), Subpath: 'a' })],
  ['P20: huge pages', '1.41', { emptyDir: { medium: 'HugePages-1Gi' } }, {}, volume('k8s_node_u_v', local('hugetlbfs', 'none', 'pagesize=1G,mode=777'))],
  ['P28: a file, found by the engine', '1.45', { configMap: { name: 'settings' } }, { subPath: 'one' },
    { ...volume('', { Labels: { ...OF_POD, 'interlink.eu/file': 'one' }, Subpath: 'one' }, true), Source: partOf('') }],
  ['P28: a file, of an engine that cannot find it', '1.44', { configMap: { name: 'settings' } }, { subPath: 'one' }, { ...bind('', undefined, true), Source: expect.stringMatching(/^\/engine\/k8s_node_u_v\.[0-9a-f]{16}\/_data\/one$/) as unknown }],
  ['P26: a claim', '1.41', { persistentVolumeClaim: { claimName: 'data' } }, {}, volume('ns_data', NODE_ONLY)],
  ['P26: a claim for reading only', '1.41', { persistentVolumeClaim: { claimName: 'data', readOnly: true } }, {}, volume('ns_data', NODE_ONLY, true)],
  ['P26: a claim that the operator gives for reading only', '1.41', { persistentVolumeClaim: { claimName: 'models' } }, { readOnly: false }, volume('models', NODE_ONLY, true)],
  ['P28: a part of a claim', '1.45', { persistentVolumeClaim: { claimName: 'data' } }, { subPath: 'a' }, volume('ns_data', { ...NODE_ONLY, Subpath: 'a' })],
  ['P26: a directory', '1.41', { persistentVolumeClaim: { claimName: 'dir-x' } }, {}, bind('/claims/ns/dir-x')],
  ['P28: a part of a directory that pods write', '1.45', { persistentVolumeClaim: { claimName: 'dir-x' } }, { subPath: 'a/b' },
    { ...volume('', { ...local('none', '/claims/ns/dir-x', 'bind'), Subpath: 'a/b' }), Source: partOf('') }],
  ['P25: a path of the host', '1.41', { hostPath: { path: '/data/' } }, {}, bind('/data')],
  ['P25: one below what pods write', '1.45', { hostPath: { path: '/data/x/y' } }, {}, volume('k8s_node_u_v', { ...local('none', '/data', 'bind'), Subpath: 'x/y' })],
  ['P28: a part of one', '1.45', { hostPath: { path: '/data/x' } }, { subPath: 'y' }, { ...volume('', { ...local('none', '/data', 'bind'), Subpath: 'x/y' }), Source: partOf('') }],
  ['P25: one that pods may only read', '1.43', { hostPath: { path: '/logs/a' } }, {}, bind('/logs/a', { NonRecursive: true }, true)],
  ['P30: and what is mounted below it', '1.44', { hostPath: { path: '/logs/a' } }, {}, bind('/logs/a', { ReadOnlyForceRecursive: true, Propagation: 'rprivate' }, true)],
  ['P28: a part of what they may only read', '1.44', { hostPath: { path: '/logs' } }, { subPath: 'a' }, bind('/logs/a', { ReadOnlyForceRecursive: true, Propagation: 'rprivate' }, true)],
  ['P30: reading only', '1.44', { hostPath: { path: '/data' } }, { readOnly: true }, bind('/data', undefined, true)],
  ['P30: reading only with all below', '1.44', { hostPath: { path: '/data' } }, { readOnly: true, recursiveReadOnly: 'Enabled' }, bind('/data', { ReadOnlyForceRecursive: true, Propagation: 'rprivate' }, true)],
  ['P30: what is mounted later', '1.41', { hostPath: { path: '/data' } }, { mountPropagation: 'HostToContainer' }, bind('/data', { Propagation: 'rslave' })],
  ['P30: both ways', '1.41', { hostPath: { path: '/data' } }, { mountPropagation: 'Bidirectional' }, bind('/data', { Propagation: 'rshared' })],
  ['P27: NFS', '1.41', { nfs: { server: 'nas', path: '/export/' } }, {}, volume('k8s_node_u_v', local('nfs', ':/export', 'addr=nas,nfsvers=4,rw'))],
  ['P27: a part of an export', '1.45', { nfs: { server: 'nas', path: '/export/a' } }, { subPath: 'b' }, volume('k8s_node_u_v', { ...local('nfs', ':/export', 'addr=nas,nfsvers=4,rw'), Subpath: 'a/b' })],
  ['P27: an export for reading only', '1.41', { nfs: { server: 'nas', path: '/export/ro' } }, {}, volume('k8s_node_u_v', local('nfs', ':/export/ro', 'addr=nas,nfsvers=4,ro'), true)],
  ['P11: an image', '1.48', { image: { reference: 'models:1' } }, {}, { Type: 'image', Source: 'models:1', Target: '/m0', ReadOnly: true }],
  ['P11: a part of an image', '1.48', { image: { reference: 'models:1' } }, { subPath: 'a' }, { Type: 'image', Source: 'models:1', Target: '/m0', ReadOnly: true, ImageOptions: { Subpath: 'a' } }],
])('%s (API %s)', (_what, api, source, mount, expected) => {
  expect(mountsOf(api, source, mount)).toEqual(expected);
});

test.each<[what: string, source: Source, mounts: MountConfig[], binds: string[] | undefined]>([
  ['its own volumes to be filled', { emptyDir: {} }, [{ Type: 'volume', Source: 'k8s_node_u_v', Target: '/v/0', VolumeOptions: { NoCopy: true, Labels: OF_POD } }], undefined],
  ['memory to be held', { emptyDir: { medium: 'Memory' } }, [{ Type: 'volume', Source: 'k8s_node_u_v', Target: '/v/0', VolumeOptions: { NoCopy: true, Labels: OF_POD, ...local('tmpfs', 'tmpfs', 'mode=1777') } }], undefined],
  ['claims, so that no prune takes them', { persistentVolumeClaim: { claimName: 'data' } }, [{ Type: 'volume', Source: 'ns_data', Target: '/v/0', ReadOnly: true, VolumeOptions: { NoCopy: true, ...NODE_ONLY } }], undefined],
  ['paths of the host to be looked at', { hostPath: { path: '/logs/a', type: 'File' } }, [{ Type: 'bind', Source: '/logs/a', Target: '/v/0', ReadOnly: true }], undefined],
  ['the tree around one', { hostPath: { path: '/data/a', type: 'File' } }, [{ Type: 'volume', Source: 'k8s_node_u_v', Target: '/v/0', ReadOnly: true, VolumeOptions: { NoCopy: true, Labels: OF_POD, ...local('none', '/data', 'bind') } }], undefined],
  ['directories to be made', { hostPath: { path: '/data', type: 'DirectoryOrCreate' } }, [], ['/data:/v/0:ro']],
  ['no files to be made', { hostPath: { path: '/data', type: 'FileOrCreate' } }, [], undefined],
  ['no other machine\'s files', { nfs: { server: 'nas', path: '/export' } }, [], undefined],
])('the sandbox has %s', (_what, source, mounts, binds) => {
  const node = nodeOf('1.41');
  const { Mounts, Binds } = toSandboxConfig(recordOf(source, [{}], node).record, node, 'i:1', []).HostConfig ?? {};
  expect([Mounts, Binds]).toEqual([mounts, binds]);
});

const FS_GROUP: Partial<PodSpec> = { securityContext: { fsGroup: 7 } };

test.each<[what: string, source: Source, mounts: Partial<VolumeMount>[], spec: Partial<PodSpec>, isFresh: boolean, command: string | undefined]>([
  ['nothing without a group', { persistentVolumeClaim: { claimName: 'data' } }, [{}], {}, true, undefined],
  ['a claim for the group', { persistentVolumeClaim: { claimName: 'data' } }, [{}], FS_GROUP, true, 'own 7 always /v/0'],
  ['once', { persistentVolumeClaim: { claimName: 'data' } }, [{}], FS_GROUP, false, undefined],
  ['by its policy', { persistentVolumeClaim: { claimName: 'dir-x' } }, [{}], { securityContext: { fsGroup: 7, fsGroupChangePolicy: 'OnRootMismatch' } }, true, 'own 7 mismatch /v/0'],
  ['nothing that is for reading only', { persistentVolumeClaim: { claimName: 'models' } }, [{ subPath: 'a' }], FS_GROUP, true, undefined],
  ['nothing of the host', { hostPath: { path: '/data' } }, [{}], FS_GROUP, true, undefined],
  ['nothing of another machine', { nfs: { server: 'nas', path: '/export' } }, [{}], FS_GROUP, true, undefined],
  ['nothing that is filled from here', { emptyDir: {} }, [{ subPath: 'a' }], FS_GROUP, true, undefined],
  ['parts of a claim, after the group', { persistentVolumeClaim: { claimName: 'data' } }, [{ subPath: 'a/b' }, { subPath: 'c' }, { subPath: 'c/' }], FS_GROUP, true, 'own 7 always /v/0 + dir - /v/0/a/b + dir - /v/0/c'],
  ['parts of memory, whenever it is new', { emptyDir: { medium: 'Memory' } }, [{ subPath: 'a' }], {}, false, 'dir - /v/0/a'],
  ['parts of an export', { nfs: { server: 'nas', path: '/export/x' } }, [{ subPath: 'a' }], {}, true, 'dir - /v/0/x/a'],
  ['parts of a tree', { hostPath: { path: '/data/x' } }, [{ subPath: 'a' }], {}, true, 'dir - /v/1/x/a'],
])('made ready is %s', (_what, source, mounts, spec, isFresh, command) => {
  const node = nodeOf('1.45');
  const run = toPreparation(recordOf(source, mounts, node, spec).record, node, isFresh);
  expect(run?.command.join(' ')).toBe(command);
  const indices = new Set(command?.match(/\/v\/\d+/g));
  expect(run?.mounts.map(({ Target, ReadOnly, VolumeOptions }) => [Target, ReadOnly, VolumeOptions?.Subpath])).toEqual(run && [...indices].map((target) => [target, undefined, undefined]));
});

test('P20: the group owns what is in memory', () => {
  const node = nodeOf('1.41');
  const options = ['Memory', 'HugePages-2Mi'].map((medium) => recordOf({ emptyDir: { medium } }, [{}], node, FS_GROUP).record.volumes[0]);
  expect(options).toMatchObject([{ options: { o: 'mode=3777,gid=7' } }, { options: { o: 'pagesize=2M,mode=2777,gid=7' } }]);
});

const limited = (memory?: string, more: Partial<Container> = {}): Container => ({ name: 'c', image: 'i', ...(memory !== undefined && { resources: { limits: { memory } } }), ...more });

test.each<[what: string, spec: Partial<PodSpec>, sizeLimit: string | undefined, size: string]>([
  ['its own limit', { containers: [limited()] }, '1k', 'size=1000,'],
  ['the limits of all containers together', { containers: [limited('1k'), limited('2k')] }, undefined, 'size=3000,'],
  ['the smaller of both', { containers: [limited('1k')] }, '2k', 'size=1000,'],
  ['none, where a container has none', { containers: [limited('1k'), limited()] }, undefined, ''],
  ['the largest init container', { initContainers: [limited('5k')], containers: [limited('1k')] }, undefined, 'size=5000,'],
  ['sidecars and containers', { initContainers: [limited('5k', { restartPolicy: 'Always' })], containers: [limited('1k')] }, undefined, 'size=6000,'],
  ['none, where an init container has none', { initContainers: [limited()], containers: [limited('1k')] }, undefined, ''],
  ['a limit of 0 is none', { containers: [limited('0')] }, '0', ''],
])('P20: the size in memory: %s', (_what, spec, sizeLimit, size) => {
  const pod = { ...podWith([]), spec: { containers: [], ...spec, volumes: [{ name: 'v', emptyDir: { medium: 'Memory', ...(sizeLimit !== undefined && { sizeLimit }) } }] } };
  expect(plan(pod)[0]?.volume).toMatchObject({ options: { o: `${size}mode=1777` } });
});
