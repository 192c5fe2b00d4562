import { toContainerConfig } from '../../../../src/docker/spec/index.js';
import type { ContainerConfig, HostConfig } from '../../../../src/engine/index.js';
import type { Container, PodSpec, Volume } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { recordOf } from './records.js';

function configOf(container: Partial<Container>, more: Partial<PodSpec> = {}, shared = false): ContainerConfig {
  const main: Container = { name: 'main', image: 'busybox', ...container };
  return toContainerConfig(recordOf([main], more), main, { id: 'sandbox-id', shared }, NODE);
}

test('a container alone has the pod\'s address, names and ports', () => {
  expect(configOf({ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] })).toEqual({
    Image: 'busybox:latest',
    Env: [],
    Hostname: 'web',
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    NetworkingConfig: {
      EndpointsConfig: { interlink_node_team: { IPAMConfig: { IPv4Address: '10.213.0.9' }, Aliases: ['web'] } },
    },
    Healthcheck: { Test: ['NONE'] },
    Labels: {
      'io.kubernetes.pod.name': 'web',
      'io.kubernetes.pod.namespace': 'team',
      'io.kubernetes.pod.uid': 'u-1',
      'io.kubernetes.container.name': 'main',
      'io.kubernetes.docker.type': 'container',
      'io.kubernetes.sandbox.id': 'sandbox-id',
      'interlink.eu/node': 'node',
    },
    HostConfig: {
      NetworkMode: 'interlink_node_team',
      CpuShares: 2,
      OomScoreAdj: 1000,
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10485760', 'max-file': '5' } },
      Mounts: [],
    },
  });
});

test('a container among several joins the sandbox and names nothing itself', () => {
  const config = configOf({ ports: [{ containerPort: 80 }] }, {}, true);
  expect(Object.keys(config).sort()).toEqual(['Env', 'Healthcheck', 'HostConfig', 'Image', 'Labels']);
  expect(config.HostConfig).toMatchObject({ NetworkMode: 'container:sandbox-id', IpcMode: 'container:sandbox-id' });
});

test.each<[hostname: string | undefined, expected: string]>([[undefined, 'web'], ['db', 'db']])('hostname %p', (hostname, expected) => {
  expect(configOf({}, hostname === undefined ? {} : { hostname }).Hostname).toBe(expected);
});

// The engine's own rules, seen on 20.10: an entrypoint without Cmd drops the image's Cmd, a Cmd alone keeps the image's entrypoint.
test.each<[what: string, container: Partial<Container>, entrypoint: string[] | undefined, cmd: string[] | undefined]>([
  ['neither', {}, undefined, undefined],
  ['a command', { command: ['a', 'b c'] }, ['a', 'b c'], undefined],
  ['args', { args: ['x', ''] }, undefined, ['x', '']],
  ['both', { command: ['a'], args: ['x'] }, ['a'], ['x']],
  ['empty lists', { command: [], args: [] }, undefined, undefined],
  ['words with variables', { command: ['$(A)', '$$(A)'], args: ['$(B)-$(C)', '$(D)'], env: [{ name: 'A', value: '1' }, { name: 'B', value: '$(A)' }, { name: 'C' }] },
    ['1', '$(A)'], ['$(A)-', '$(D)']],
])('%s', (_what, container, entrypoint, cmd) => {
  const config = configOf(container);
  expect([config.Entrypoint, config.Cmd]).toEqual([entrypoint, cmd]);
  expect('Entrypoint' in config).toBe(entrypoint !== undefined);
  expect('Cmd' in config).toBe(cmd !== undefined);
});

test('environment goes byte for byte', () => {
  const value = 's3cr3t $HOME \'q\' "t" $(A) $$ \n ünï';
  const env = [{ name: 'A', value }, { name: 'odd.name-x', value: 'a=b' }, { name: 'EMPTY' }, { name: 'TWICE', value: '1' }, { name: 'TWICE', value: '2' }];
  expect(configOf({ env }).Env).toEqual([`A=${value}`, 'odd.name-x=a=b', 'EMPTY=', 'TWICE=2']);
});

test.each<[container: Partial<Container>, expected: Partial<ContainerConfig>]>([
  [{ stdin: true, stdinOnce: true, tty: true }, { OpenStdin: true, StdinOnce: true, Tty: true }],
  [{ stdin: true }, { OpenStdin: true, StdinOnce: false }],
  [{ workingDir: '/srv' }, { WorkingDir: '/srv' }],
  [{ image: 'r.io/x@sha256:' + 'a'.repeat(64) }, { Image: 'r.io/x@sha256:' + 'a'.repeat(64) }],
])('%j becomes %j', (container, expected) => {
  expect(configOf(container)).toMatchObject(expected);
});

test.each<[limits: Record<string, string>, expected: Partial<HostConfig>]>([
  [{ memory: '128Mi' }, { Memory: 134217728, MemorySwap: 134217728 }],
  [{ cpu: '1' }, { CpuPeriod: 100000, CpuQuota: 100000 }],
  [{ cpu: '250m' }, { CpuPeriod: 100000, CpuQuota: 25000 }],
  [{ cpu: '2.5' }, { CpuPeriod: 100000, CpuQuota: 250000 }],
  [{ cpu: '1m' }, { CpuPeriod: 100000, CpuQuota: 1000 }],
  [{ memory: '0', cpu: '0' }, {}],
])('limits %j become %j', (limits, expected) => {
  const { Memory, MemorySwap, CpuPeriod, CpuQuota } = configOf({ resources: { limits, requests: { memory: '1Mi' } } }).HostConfig ?? {};
  expect({ Memory, MemorySwap, CpuPeriod, CpuQuota }).toEqual({ Memory: undefined, MemorySwap: undefined, CpuPeriod: undefined, CpuQuota: undefined, ...expected });
});

test.each<[source: Partial<Volume>, readOnly: boolean | undefined, expected: boolean]>([
  [{ emptyDir: {} }, undefined, false],
  [{ emptyDir: {} }, true, true],
  [{ configMap: { name: 'x' } }, undefined, true],
  [{ secret: { secretName: 'x' } }, false, true],
  [{ projected: { sources: [] } }, undefined, true],
  [{ downwardAPI: {} }, undefined, true],
])('a mount of %j with readOnly %p', (source, readOnly, expected) => {
  const volumeMounts = [{ name: 'v', mountPath: '/data', ...(readOnly !== undefined && { readOnly }) }];
  expect(configOf({ volumeMounts }, { volumes: [{ name: 'v', ...source }] }).HostConfig?.Mounts).toEqual([
    {
      Type: 'volume',
      Source: 'k8s_node_u-1_v',
      Target: '/data',
      ReadOnly: expected,
      VolumeOptions: {
        NoCopy: true,
        Labels: { 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'team', 'io.kubernetes.pod.uid': 'u-1', 'interlink.eu/node': 'node' },
      },
    },
  ]);
});

test('a mount of a volume that the pod does not have is refused', () => {
  expect(() => configOf({ volumeMounts: [{ name: 'gone', mountPath: '/data' }] })).toThrow('"gone"');
});
