import { DEFAULT_RESOURCE_POLICY, type NodeTraits, type ResourcePolicy } from '../../../../src/docker/node/index.js';
import { toContainerConfig, toSandboxConfig } from '../../../../src/docker/spec/index.js';
import type { HostConfig } from '../../../../src/engine/index.js';
import type { Container } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { recordOf } from './records.js';

type Resources = NonNullable<Container['resources']>;

const PROTECTING: NodeTraits = { ...NODE, abilities: { ...NODE.abilities, negativeOomScores: true } };

function nodeWith(resources: Partial<ResourcePolicy>): NodeTraits {
  return { ...NODE, policy: { ...NODE.policy, resources: { ...DEFAULT_RESOURCE_POLICY, ...resources } } };
}

function hostConfigOf(resources: Resources | undefined, more: object = {}, node = NODE, shared = false): HostConfig {
  const main: Container = { name: 'main', image: 'busybox', ...(resources && { resources }) };
  const record = recordOf([main], more);
  return toContainerConfig(record, main, { id: 'sandbox-id', shared }, node).HostConfig ?? {};
}

test.each<[name: string, resources: Resources | undefined, more: object, expected: HostConfig]>([
  ['nothing', undefined, {}, { CpuShares: 2 }],
  ['limits', { limits: { cpu: '1500m', memory: '64Mi' } }, {}, { CpuPeriod: 100_000, CpuQuota: 150_000, CpuShares: 1536, Memory: 2 ** 26, MemorySwap: 2 ** 26 }],
  ['the smallest quota', { limits: { cpu: '1m' } }, {}, { CpuPeriod: 100_000, CpuQuota: 1000, CpuShares: 2 }],
  ['a request without a limit', { requests: { cpu: '250m', memory: '1Gi' } }, {}, { CpuShares: 256 }],
  ['a request below its limit', { requests: { cpu: '100m' }, limits: { cpu: '2' } }, {}, { CpuPeriod: 100_000, CpuQuota: 200_000, CpuShares: 102 }],
  ['a request of nothing', { requests: { cpu: '0' } }, {}, { CpuShares: 2 }],
  ['more than the kernel takes', { requests: { cpu: '300' } }, {}, { CpuShares: 262_144 }],
  ['the limit of the pod', undefined, { resources: { limits: { cpu: '1', memory: '64Mi' } } }, { CpuPeriod: 100_000, CpuQuota: 100_000, CpuShares: 1024, Memory: 2 ** 26, MemorySwap: 2 ** 26 }],
  ['its own limit before that of the pod', { limits: { memory: '32Mi' } }, { resources: { limits: { memory: '64Mi' } } }, { CpuShares: 2, Memory: 2 ** 25, MemorySwap: 2 ** 25 }],
])('%s', (_name, resources, more, expected) => {
  const limits = Object.entries(hostConfigOf(resources, more)).filter(([key]) => /^(Cpu|Memory)/.test(key));
  expect(Object.fromEntries(limits)).toEqual(expected);
});

const guaranteed = { limits: { cpu: '1', memory: '1Gi' } };

// The node of these tests has 8 GiB.
test.each<[name: string, resources: Resources | undefined, node: NodeTraits, expected: number | undefined]>([
  ['best effort', undefined, PROTECTING, 1000],
  ['guaranteed', guaranteed, PROTECTING, -997],
  ['guaranteed, on an engine that may not', guaranteed, NODE, undefined],
  ['a quarter of the machine', { requests: { memory: '2Gi' } }, PROTECTING, 750],
  ['a quarter of the machine, on an engine that may not', { requests: { memory: '2Gi' } }, NODE, 750],
  ['next to nothing', { requests: { memory: '1' } }, PROTECTING, 999],
  ['no memory at all', { requests: { cpu: '1' } }, PROTECTING, 999],
  ['more than the machine', { requests: { memory: '9Gi' } }, PROTECTING, 3],
  ['by its limit', { limits: { memory: '4Gi' } }, PROTECTING, 500],
])('OOM score: %s', (_name, resources, node, expected) => {
  expect(hostConfigOf(resources, {}, node).OomScoreAdj).toBe(expected);
});

test('OOM score: by a container\'s part of what the pod asks for as a whole', () => {
  expect(hostConfigOf(undefined, { resources: { requests: { memory: '4Gi' } } }).OomScoreAdj).toBe(500);
});

test.each<[node: NodeTraits, expected: number | undefined]>([[PROTECTING, -998], [NODE, undefined]])('OOM score of a sandbox', (node, expected) => {
  expect(toSandboxConfig(recordOf([{ name: 'a' }]), node, 'i:1', []).HostConfig?.OomScoreAdj).toBe(expected);
});

test('what the operator holds containers to is on every one of them', () => {
  const node = nodeWith({ pidsPerContainer: 100, ulimits: [{ name: 'nofile', soft: 1024, hard: 4096 }, { name: 'memlock', soft: -1, hard: -1 }] });
  expect(hostConfigOf(undefined, {}, node, true)).toMatchObject({ PidsLimit: 100, Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 4096 }, { Name: 'memlock', Soft: -1, Hard: -1 }] });
});

test('the size of /dev/shm belongs to who has the shared memory', () => {
  const node = nodeWith({ shmSizeBytes: 2 ** 27 });
  const two = recordOf([{ name: 'a' }, { name: 'b' }]);
  expect(hostConfigOf(undefined, {}, node).ShmSize).toBe(2 ** 27);
  expect(hostConfigOf(undefined, {}, node, true)).not.toHaveProperty('ShmSize');
  expect(toSandboxConfig(two, node, 'i:1', []).HostConfig?.ShmSize).toBe(2 ** 27);
  expect(toSandboxConfig(recordOf([{ name: 'a' }]), node, 'i:1', []).HostConfig).not.toHaveProperty('ShmSize');
});
