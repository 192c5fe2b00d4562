import { allocatable } from '../../../src/docker/ledger/index.js';
import { toNodeReport } from '../../../src/docker/node-report.js';
import { gpus, nodeWith } from './ledger/nodes.js';

test('the report says what all pods together can be given', () => {
  const node = nodeWith({ pods: 5, reservedCpuMilli: 250, reservedMemoryBytes: 2 ** 30, extended: [gpus('0', '1'), { name: 'hugepages-2Mi', capacity: 2 ** 22, devices: [] }] });
  const taints = [{ key: 'a', value: 'b', effect: 'NoSchedule' }] as const;
  expect(toNodeReport(allocatable(node), taints)).toEqual({
    cpu: '3750m',
    memory: String(7 * 2 ** 30),
    pods: '5',
    accelerators: [{ resourceType: 'nvidia.com/gpu', available: '2' }, { resourceType: 'hugepages-2Mi', available: '4194304' }],
    taints,
  });
});

test('whole cores are written as such', () => {
  expect(toNodeReport(allocatable(nodeWith()), [])).toMatchObject({ cpu: '4', accelerators: [], taints: [] });
});
