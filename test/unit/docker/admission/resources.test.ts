import { admit, requireAbilities } from '../../../../src/docker/admission/index.js';
import { DEFAULT_RESOURCE_POLICY, type ExtendedResource, type NodeTraits } from '../../../../src/docker/node/index.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

const extended: ExtendedResource[] = [{ name: 'example.com/fuse', capacity: 3, devices: [] }, { name: 'hugepages-2Mi', capacity: 2 ** 30, devices: [] }];
const OFFERING: NodeTraits = { ...NODE, policy: { ...NODE.policy, resources: { ...DEFAULT_RESOURCE_POLICY, extended } } };
const AT = 'pod.spec.containers[0].resources';

test.each<[name: string, resources: object]>([
  ['a limit', { limits: { 'example.com/fuse': '2' } }],
  ['a request equal to it', { limits: { 'example.com/fuse': '2' }, requests: { 'example.com/fuse': '2000m' } }],
  ['more than the node has: the ledger speaks of that', { limits: { 'example.com/fuse': '99' } }],
  ['none of what nobody offers', { limits: { 'example.com/other': '0' }, requests: { 'hugepages-1Gi': '0' } }],
])('an extended resource is admitted: %s', (_name, resources) => {
  expect(admit(podOf({}, { resources }), OFFERING).warnings).toEqual([]);
});

test.each<[name: string, resources: object, expected: RegExp]>([
  ['what nobody offers', { limits: { 'example.com/other': '1' } }, /limits\["example\.com\/other"\]: this node offers none of it.*Resources\.Extended/],
  ['a page size that nobody offers', { limits: { 'hugepages-1Gi': '1Gi' } }, /limits\["hugepages-1Gi"\]: this node offers none/],
  ['half a piece', { limits: { 'example.com/fuse': '500m' } }, /limits\["example\.com\/fuse"\]: "500m" is not a number of whole pieces/],
  ['a request without a limit', { requests: { 'example.com/fuse': '1' } }, /requests\["example\.com\/fuse"\]: it must have a limit that is equal to it/],
  ['a request below its limit', { limits: { 'example.com/fuse': '2' }, requests: { 'example.com/fuse': '1' } }, /requests\["example\.com\/fuse"\]: it must have a limit/],
  ['a request over its limit', { limits: { 'example.com/fuse': '1' }, requests: { 'example.com/fuse': '2' } }, /requests\["example\.com\/fuse"\]: "2" is over the limit/],
])('an extended resource is refused: %s', (_name, resources, expected) => {
  expect(() => admit(podOf({}, { resources }), OFFERING)).toThrow(expected);
});

test('huge pages are admitted with a word on what is not enforced', () => {
  expect(admit(podOf({}, { resources: { limits: { 'hugepages-2Mi': '4Mi' } } }), OFFERING).warnings).toEqual([`${AT}.limits["hugepages-2Mi"]: huge pages are counted, but the engine does not hold a container to them`]);
});

describe('resources of a whole pod', () => {
  const two = [{ name: 'a', image: 'busybox' }, { name: 'b', image: 'busybox' }];

  test('a limit of the sum is said not to be enforced', () => {
    expect(admit(podOf({ containers: two, resources: { limits: { memory: '1Gi' } } }), OFFERING).warnings).toEqual(['pod.spec.resources.limits: each container is held to it, but not their sum']);
  });

  test.each<[name: string, spec: Record<string, unknown>]>([
    ['of one container', { resources: { limits: { memory: '1Gi', cpu: '1' } } }],
    ['without a limit', { containers: two, resources: { requests: { memory: '1Gi' } } }],
  ])('it is enforced: %s', (_name, spec) => {
    expect(admit(podOf(spec), OFFERING).warnings).toEqual([]);
  });

  test('no container may have more than the whole', () => {
    const over = podOf({ resources: { limits: { memory: '1Gi' } } }, { resources: { limits: { memory: '1025Mi' } } });
    expect(() => admit(over, OFFERING)).toThrow('pod.spec.containers[0].resources.limits.memory: "1025Mi" is over the "1Gi" of the whole pod');
  });
});

describe('devices that go by CDI names', () => {
  const fpga: ExtendedResource = { name: 'example.com/fpga', capacity: 1, devices: [{ id: 'vendor.com/fpga=card0', driver: 'cdi' }] };
  const nodeWith = (cdi: boolean): NodeTraits => ({ ...NODE, abilities: { ...NODE.abilities, cdi }, policy: { ...NODE.policy, resources: { ...DEFAULT_RESOURCE_POLICY, extended: [fpga] } } });
  const asking = podOf({}, { resources: { limits: { 'example.com/fpga': '1' } } });

  test('are refused by their field where the engine does not know them', () => {
    expect(() => requireAbilities(asking, nodeWith(false))).toThrow(/^pod\.spec\.containers\[0\]\.resources\.limits\["example\.com\/fpga"\]: it goes by CDI names/);
  });

  test('pass where it does, and do not matter to who asks for none', () => {
    expect(() => requireAbilities(asking, nodeWith(true))).not.toThrow();
    expect(() => requireAbilities(podOf(), nodeWith(false))).not.toThrow();
  });
});
