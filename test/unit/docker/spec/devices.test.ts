import { DEFAULT_RESOURCE_POLICY, type Device, type NodeTraits } from '../../../../src/docker/node/index.js';
import { toContainerConfig } from '../../../../src/docker/spec/index.js';
import type { ContainerConfig } from '../../../../src/engine/index.js';
import type { Container } from '../../../../src/kube/index.js';
import { gpus } from '../ledger/nodes.js';
import { NODE } from '../this-node.js';
import { recordOf } from './records.js';

const WITH_GPUS: NodeTraits = { ...NODE, policy: { ...NODE.policy, resources: { ...DEFAULT_RESOURCE_POLICY, extended: [gpus('0', '1')] } } };
const file = (host: string, container = host) => ({ host, container });

function configOf(devices: readonly Device[], node = NODE, env: Container['env'] = []): ContainerConfig {
  const main: Container = { name: 'main', image: 'busybox', env };
  const given = devices.map((device) => ({ container: 'main', resource: 'x/y', device }));
  const others = { container: 'other', resource: 'x/y', device: { id: '9', driver: 'nvidia' } } as const;
  return toContainerConfig({ ...recordOf([main]), devices: [...given, others] }, main, { id: 's', shared: false }, node);
}

test.each<[name: string, devices: Device[], expected: object]>([
  ['GPUs of NVIDIA', [{ id: '0', driver: 'nvidia' }, { id: 'GPU-1', driver: 'nvidia' }], { DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['0', 'GPU-1'], Capabilities: [['gpu']] }] }],
  ['devices by CDI name', [{ id: 'vendor.com/fpga=card0', driver: 'cdi' }], { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/fpga=card0'] }] }],
  ['files that two devices share', [
    { id: 'a', driver: 'files', files: [file('/dev/kfd'), file('/dev/dri/renderD128')] },
    { id: 'b', driver: 'files', files: [file('/dev/kfd'), file('/dev/dri/renderD129', '/dev/dri/other')] },
  ], { Devices: [['/dev/kfd', '/dev/kfd'], ['/dev/dri/renderD128', '/dev/dri/renderD128'], ['/dev/dri/renderD129', '/dev/dri/other']].map(([PathOnHost, PathInContainer]) => ({ PathOnHost, PathInContainer, CgroupPermissions: 'rw' })) }],
])('%s', (_name, devices, expected) => {
  expect(configOf(devices).HostConfig).toMatchObject(expected);
});

test('a container has its own devices only', () => {
  expect(Object.keys(configOf([]).HostConfig ?? {}).filter((key) => key.startsWith('Device'))).toEqual([]);
});

describe('GPUs that go by a variable', () => {
  const asked = [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }, { name: 'A', value: 'b' }];
  const withRuntime: NodeTraits = { ...NODE, abilities: { ...NODE.abilities, runtimes: ['runc', 'nvidia'] } };

  test.each<[name: string, node: NodeTraits]>([['on a node that offers GPUs', WITH_GPUS], ['on an engine with their runtime', withRuntime]])('are none for who was given none, %s', (_name, node) => {
    expect(configOf([], node, asked).Env).toEqual(['A=b', 'NVIDIA_VISIBLE_DEVICES=void']);
  });

  test('are left to the engine where some were given', () => {
    expect(configOf([{ id: '0', driver: 'nvidia' }], WITH_GPUS, asked).Env).toEqual(['A=b']);
  });

  test('mean nothing elsewhere', () => {
    expect(configOf([], NODE, asked).Env).toEqual(['NVIDIA_VISIBLE_DEVICES=all', 'A=b']);
  });
});
