import { allocatable } from '../../../src/docker/ledger/index.js';
import { type NodeCondition, toNodeReport } from '../../../src/docker/node-report.js';
import { gpus, nodeWith } from './ledger/nodes.js';

const WELL: NodeCondition = { isEngineKnown: true, isReady: true, isCordoned: false };
const TAINTS = [{ key: 'a', value: 'b', effect: 'NoSchedule' }] as const;

test('the report says what all pods together can be given', () => {
  const node = nodeWith({ pods: 5, reservedCpuMilli: 250, reservedMemoryBytes: 2 ** 30, extended: [gpus('0', '1'), { name: 'hugepages-2Mi', capacity: 2 ** 22, devices: [] }] });
  expect(toNodeReport(allocatable(node), TAINTS, WELL)).toEqual({
    cpu: '3750m',
    memory: String(7 * 2 ** 30),
    pods: '5',
    accelerators: [{ resourceType: 'nvidia.com/gpu', available: '2' }, { resourceType: 'hugepages-2Mi', available: '4194304' }],
    taints: TAINTS,
  });
});

test('whole cores are written as such', () => {
  expect(toNodeReport(allocatable(nodeWith()), [], WELL)).toMatchObject({ cpu: '4', accelerators: [], taints: [] });
});

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const NOT_READY = { key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoSchedule' };

test.each<[what: string, condition: NodeCondition, expected: object]>([
  ['that is cordoned', { ...WELL, isCordoned: true }, { cpu: '4', pods: '0', taints: [...TAINTS, UNSCHEDULABLE] }],
  ['whose engine is away, or whose name another plugin has', { ...WELL, isReady: false }, { cpu: '4', memory: String(8 * 2 ** 30), pods: '0', taints: [...TAINTS, NOT_READY] }],
  ['that is both', { isEngineKnown: true, isReady: false, isCordoned: true }, { cpu: '4', pods: '0', taints: [...TAINTS, UNSCHEDULABLE, NOT_READY] }],
  ['whose engine was never reached', { isEngineKnown: false, isReady: false, isCordoned: false }, { cpu: '', memory: '', pods: '0', taints: [...TAINTS, NOT_READY] }],
])('a node %s has room for no pod, and keeps what is known of it', (_what, condition, expected) => {
  expect(toNodeReport(allocatable(nodeWith()), TAINTS, condition)).toMatchObject(expected);
});
