import { Ledger } from '../../../../src/docker/ledger/index.js';
import type { NodeTraits } from '../../../../src/docker/node/index.js';
import { type PodDevice, type PodRecord, RECORD_VERSION } from '../../../../src/docker/record/index.js';
import type { ContainerDetails, EngineState } from '../../../../src/engine/index.js';
import type { Pod } from '../../../../src/kube/index.js';
import { silentLogger } from '../../../../src/log.js';
import { asking, gpus, nodeWith } from './nodes.js';

const ledgerOf = (node: NodeTraits): Ledger => new Ledger(() => node, silentLogger);
const idsOf = (devices: readonly PodDevice[]): string[] => devices.map(({ device }) => device.id);
const GPU = { 'nvidia.com/gpu': '1' };

function recordOf(pod: Pod, devices: readonly PodDevice[] = [], ip = '10.0.0.2'): PodRecord {
  return { version: RECORD_VERSION, pod, acceptedAt: '2026-01-01T00:00:00Z', network: { name: 'net', subnet: '10.0.0.0/24', ip, aliases: [] }, volumes: [], devices };
}

function inspected(state: EngineState, host: ContainerDetails['HostConfig'], id = 'c1'): ContainerDetails {
  const State = { Status: state, ExitCode: 0, Error: '', OOMKilled: false, StartedAt: '', FinishedAt: '' };
  return { Id: id, Name: `/${id}`, Created: '', Image: '', State, Config: { Image: '', Env: [], Labels: {}, Tty: false }, Mounts: [], NetworkSettings: { Networks: { net: { IPAddress: '10.0.0.9', NetworkID: 'n' } } }, ...(host && { HostConfig: host }) };
}

describe('a pod that does not fit is refused as on a kubelet', () => {
  test.each<[name: string, node: NodeTraits, requests: Record<string, string>, expected: string]>([
    ['cpu', nodeWith(), { cpu: '5' }, "OutOfcpu: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000"],
    ['memory', nodeWith(), { memory: '9Gi' }, "OutOfmemory: Node didn't have enough resource: memory, requested: 9663676416, used: 0, capacity: 8589934592"],
    ['what is kept for the host', nodeWith({ reservedCpuMilli: 500 }), { cpu: '4' }, "OutOfcpu: Node didn't have enough resource: cpu, requested: 4000, used: 0, capacity: 3500"],
    ['less than the engine has', nodeWith({ memoryBytes: 1000, reservedMemoryBytes: 1 }), { memory: '1000' }, "OutOfmemory: Node didn't have enough resource: memory, requested: 1000, used: 0, capacity: 999"],
    ['more kept than there is', nodeWith({ cpuMilli: 1000, reservedCpuMilli: 2000 }), { cpu: '1m' }, "OutOfcpu: Node didn't have enough resource: cpu, requested: 1, used: 0, capacity: 0"],
    ['devices', nodeWith({ extended: [gpus('0', '1')] }), { 'nvidia.com/gpu': '3' }, "OutOfnvidia.com/gpu: Node didn't have enough resource: nvidia.com/gpu, requested: 3, used: 0, capacity: 2"],
    ['huge pages', nodeWith({ extended: [{ name: 'hugepages-2Mi', capacity: 2 ** 22, devices: [] }] }), { 'hugepages-2Mi': '6Mi' }, "OutOfhugepages-2Mi: Node didn't have enough resource: hugepages-2Mi, requested: 6291456, used: 0, capacity: 4194304"],
    ['what nobody offers', nodeWith(), { 'a/b': '1' }, "OutOfa/b: Node didn't have enough resource: a/b, requested: 1, used: 0, capacity: 0"],
    ['several things at once', nodeWith(), { cpu: '5', memory: '9Gi' }, "OutOfcpu: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000; OutOfmemory: Node didn't have enough resource: memory, requested: 9663676416, used: 0, capacity: 8589934592"],
  ])('%s', (_name, node, requests, expected) => {
    expect(() => ledgerOf(node).claim(asking('a', requests))).toThrow(expect.objectContaining({ kind: 'OutOfResources', message: expected }) as Error);
  });

  test('the number of pods', () => {
    const ledger = ledgerOf(nodeWith({ pods: 2 }));
    ledger.claim(asking('a', {}));
    ledger.claim(asking('b', {}));
    expect(() => ledger.claim(asking('c', {}))).toThrow("OutOfpods: Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2");
  });

  test('a refused pod holds nothing', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0')] }));
    expect(() => ledger.claim(asking('a', { ...GPU, cpu: '5' }))).toThrow(/OutOfcpu/);
    expect(idsOf(ledger.claim(asking('b', { ...GPU, cpu: '4' })))).toEqual(['0']);
  });
});

test('disk space counts where the operator says how much there is', () => {
  const ledger = ledgerOf(nodeWith({ ephemeralStorageBytes: 2 ** 30 }));
  ledger.claim(asking('a', { 'ephemeral-storage': '600Mi' }));
  expect(() => ledger.claim(asking('b', { 'ephemeral-storage': '500Mi' }))).toThrow("OutOfephemeral-storage: Node didn't have enough resource: ephemeral-storage, requested: 524288000, used: 629145600, capacity: 1073741824");
  ledger.claim(asking('c', { 'ephemeral-storage': '400Mi' }));
});

test('disk space is not counted where nobody says how much there is, and a pod that asks for nothing fits a node that is too full', () => {
  const node = { ...nodeWith(), abilities: { ...nodeWith().abilities } };
  const ledger = new Ledger(() => node, silentLogger);
  ledger.claim(asking('a', { cpu: '4', 'ephemeral-storage': '1Ei' }));
  Object.assign(node.abilities, { cpus: 2 }); // the engine was replaced by a smaller one
  ledger.claim(asking('b', {}));
  expect(() => ledger.claim(asking('c', { cpu: '1m' }))).toThrow('requested: 1, used: 4000, capacity: 2000');
});

describe('claims', () => {
  test('the same pod again has what it has', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0', '1')] }));
    const pod = asking('a', { ...GPU, cpu: '3' });
    expect(ledger.claim(pod)).toBe(ledger.claim(pod));
  });

  test('what has ended for good gives back all but its address', () => {
    const ledger = ledgerOf(nodeWith({ pods: 1, extended: [gpus('0')] }));
    const pod = asking('a', { ...GPU, cpu: '4', memory: '8Gi' });
    ledger.adopt(recordOf(pod, ledger.claim(pod)), false);
    ledger.end('a');
    expect(idsOf(ledger.claim(asking('b', { ...GPU, cpu: '4', memory: '8Gi' })))).toEqual(['0']);
    expect(ledger.exclusive.holderOf('net', '10.0.0.2')).toBe('a');
    ledger.release('a');
    expect(ledger.exclusive.holderOf('net', '10.0.0.2')).toBeUndefined();
  });

  test('a record is taken over whether it fits or not, and what has ended holds an address only', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0')] }));
    const gpu: PodDevice = { container: 'main', resource: 'nvidia.com/gpu', device: { id: '0', driver: 'nvidia' } };
    ledger.adopt(recordOf(asking('ended', { ...GPU, cpu: '9' }), [gpu], '10.0.0.3'), true);
    ledger.adopt(recordOf(asking('a', { ...GPU, cpu: '9' }), [gpu]), false);
    expect(() => ledger.claim(asking('b', { cpu: '1m' }))).toThrow('used: 9000, capacity: 4000');
    expect(() => ledger.claim(asking('c', GPU))).toThrow(/OutOfnvidia/);
    expect(['10.0.0.2', '10.0.0.3'].map((ip) => ledger.exclusive.holderOf('net', ip))).toEqual(['a', 'ended']);
  });

  test('a device that the configuration no longer has is still its pod\'s', () => {
    const ledger = ledgerOf(nodeWith({ extended: [{ ...gpus('0'), name: 'renamed.com/gpu' }] }));
    ledger.adopt(recordOf(asking('a', GPU), [{ container: 'main', resource: 'nvidia.com/gpu', device: { id: '0', driver: 'nvidia' } }]), false);
    expect(() => ledger.claim(asking('b', { 'renamed.com/gpu': '1' }))).toThrow('OutOfrenamed.com/gpu');
  });

  test('a record whose devices or address are somebody else\'s cannot be had', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0')] }));
    const record = recordOf(asking('a', GPU), ledger.claim(asking('a', GPU)));
    expect(ledger.couldHave(record)).toBe(true);
    ledger.release('a');
    ledger.claim(asking('b', GPU));
    expect(ledger.couldHave(record)).toBe(false);
    ledger.release('b');
    ledger.exclusive.take('net', '10.0.0.2', 'b');
    expect(ledger.couldHave(record)).toBe(false);
  });
});

describe('containers of a pod without a readable record', () => {
  const gpuHost = { DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['1'], Capabilities: [['gpu']] }], CpuShares: 2048, Memory: 2 ** 30 };

  test('hold what their inspection tells, until they have ended', () => {
    const ledger = ledgerOf(nodeWith({ pods: 2, extended: [gpus('0', '1')] }));
    ledger.noteStranger(inspected('running', gpuHost), 'x');
    expect(ledger.exclusive.holderOf('net', '10.0.0.9')).toBe('x');
    expect(() => ledger.claim(asking('a', { cpu: '2001m' }))).toThrow('used: 2000');
    expect(() => ledger.claim(asking('a', { memory: '8Gi' }))).toThrow('used: 1073741824');
    expect(() => ledger.claim(asking('a', { 'nvidia.com/gpu': '2' }))).toThrow('OutOfnvidia.com/gpu');
    expect(idsOf(ledger.claim(asking('a', GPU)))).toEqual(['0']);
    expect(() => ledger.claim(asking('b', {}))).toThrow('OutOfpods');
    ledger.noteStranger(inspected('exited', gpuHost), 'x');
    expect(idsOf(ledger.claim(asking('b', GPU)))).toEqual(['1']);
  });

  test('are forgotten when they are gone, or when the pod is taken over', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0', '1')] }));
    ledger.noteStranger(inspected('running', gpuHost), 'x');
    ledger.forgetContainer('c1');
    expect(idsOf(ledger.claim(asking('a', { 'nvidia.com/gpu': '2', cpu: '4' })))).toEqual(['0', '1']);
    ledger.end('a');
    ledger.noteStranger(inspected('running', gpuHost), 'x');
    ledger.adopt(recordOf(asking('x', {})), false);
    expect(idsOf(ledger.claim(asking('b', { 'nvidia.com/gpu': '2', cpu: '4' })))).toEqual(['0', '1']);
  });

  test('are given again what they had, and what is free where nobody knows', () => {
    const ledger = ledgerOf(nodeWith({ extended: [gpus('0', '1', '2')] }));
    ledger.claim(asking('other', GPU));
    const found = ledger.devicesOf(inspected('running', { DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['2'], Capabilities: [['gpu']] }] }), 'a');
    expect(found).toEqual([{ resource: 'nvidia.com/gpu', device: { id: '2', driver: 'nvidia' } }]);
    const pod: Pod = { ...asking('a', GPU), spec: { containers: ['known', 'lost'].map((name) => ({ name, resources: { limits: GPU } })) } };
    const all = ledger.withMissing(recordOf(pod, found.map((device) => ({ container: 'known', ...device }))));
    expect(all.map(({ container, device }) => [container, device.id])).toEqual([['known', '2'], ['lost', '1']]);
  });
});

describe('P58: ports of the host', () => {
  const node = nodeWith();
  const having = (uid: string, hostPort: number, more: { hostIP?: string; protocol?: string } = {}): Pod => asking(uid, {}, { containers: [{ name: 'main', ports: [{ containerPort: 80, hostPort, ...more }] }] });

  test.each<[first: Pod, second: Pod, refusal: string | undefined]>([
    [having('a', 80), having('b', 80), 'NodePorts: pod.spec.containers[0].ports[0]: port 80/TCP of the host is taken by the pod team/a'],
    [having('a', 80), having('b', 80, { hostIP: '127.0.0.1' }), 'port 80/TCP on 127.0.0.1 of the host is taken by the pod team/a'],
    [having('a', 80, { hostIP: '127.0.0.1' }), having('b', 80, { hostIP: '0.0.0.0' }), 'is taken by the pod team/a'],
    [having('a', 80, { hostIP: '2001:db8::1' }), having('b', 80, { hostIP: '2001:DB8:0::1' }), 'is taken by the pod team/a'],
    [having('a', 80, { hostIP: '127.0.0.1' }), having('b', 80, { hostIP: '127.0.0.2' }), undefined],
    [having('a', 80), having('b', 80, { protocol: 'UDP' }), undefined],
    [having('a', 80), having('b', 81), undefined],
    [having('a', 80), asking('b', {}, { hostNetwork: true, containers: [{ name: 'main', ports: [{ containerPort: 80 }] }] }), 'is taken by the pod team/a'],
  ])('two pods want them: %#', (first, second, refusal) => {
    const ledger = ledgerOf(node);
    ledger.claim(first);
    const claim = (): unknown => ledger.claim(second);
    if (refusal === undefined) expect(claim).not.toThrow();
    else expect(claim).toThrow(expect.objectContaining({ kind: 'OutOfResources', message: expect.stringContaining(refusal) as string }) as Error);
  });

  test('they are free when their pod has ended, and when it is gone; not while it lives, also after a restart', () => {
    const ledger = ledgerOf(node);
    const wanted = having('b', 80, { hostIP: '127.0.0.1' });
    ledger.adopt(recordOf(having('a', 80)), false);
    expect(ledger.couldHave(recordOf(wanted))).toBe(false);
    expect(() => ledger.claim(wanted)).toThrow(/team\/a/);
    ledger.end('a');
    ledger.claim(wanted);
    ledger.claim(wanted);
    expect(() => ledger.claim(having('a', 80))).toThrow(/team\/b/);
    ledger.release('b');
    ledger.claim(having('a', 80));
  });

  test('a pod on the network of the host holds no address', () => {
    const ledger = ledgerOf(node);
    const onHost = (uid: string): PodRecord => ({ ...recordOf(asking(uid, {}, { hostNetwork: true })), network: { name: 'host', subnet: '', ip: '10.0.0.1', aliases: [] } });
    ledger.adopt(onHost('a'), false);
    expect([ledger.couldHave(onHost('b')), ledger.exclusive.count('host')]).toEqual([true, 0]);
  });
});
