import { hasDiskLimits, overDiskLimit, type PodDiskUsage } from '../../../../src/docker/decide/index.js';
import type { Pod, PodSpec } from '../../../../src/kube/index.js';

const KIB = 1024;
const storage = (limit: string): { limits: Record<string, string> } => ({ limits: { 'ephemeral-storage': limit } });

function podOf(spec: Partial<PodSpec>): Pod {
  return { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { containers: [{ name: 'a' }], ...spec } };
}

const usage = (volumes: Record<string, number>, containers: Record<string, number> = {}): PodDiskUsage => ({ volumes: new Map(Object.entries(volumes)), containers: new Map(Object.entries(containers)) });

const SCRATCH = podOf({ volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Ki' } }, { name: 'free', emptyDir: {} }, { name: 'ram', emptyDir: { medium: 'Memory', sizeLimit: '1Ki' } }] });
const CLAIMED = podOf({ volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Ki' } } } } } }], containers: [{ name: 'a', resources: storage('1Ki') }] });
const ONE = podOf({ containers: [{ name: 'a', resources: storage('1Ki') }] });
const TWO = podOf({ containers: [{ name: 'a', resources: storage('1Ki') }, { name: 'b', resources: storage('3Ki') }], volumes: [{ name: 'v', emptyDir: {} }] });

test.each<[name: string, pod: Pod, usage: PodDiskUsage, over: string | undefined]>([
  ['a volume at its limit', SCRATCH, usage({ scratch: KIB, free: 9 * KIB }), undefined],
  ['a volume over its limit', SCRATCH, usage({ scratch: KIB + 1 }), 'Usage of EmptyDir volume "scratch" exceeds the limit "1Ki".'],
  ['a volume in memory, which the kernel limits', SCRATCH, usage({ ram: 9 * KIB }), undefined],
  ['a volume of a claim at what it asks for, which is no storage of the pod\'s own', CLAIMED, usage({ scratch: KIB }, { a: KIB }), undefined],
  ['a volume of a claim over what it asks for', CLAIMED, usage({ scratch: KIB + 1 }), 'Usage of Ephemeral volume "scratch" exceeds the limit "1Ki".'],
  ['a container at its limit', ONE, usage({}, { a: KIB }), undefined],
  ['a container over its limit, which is the pod\'s too', ONE, usage({}, { a: KIB + 1 }), 'Pod ephemeral local storage usage exceeds the total limit of containers 1024.'],
  ['one container over its limit in a pod that is not', TWO, usage({}, { a: 2 * KIB }), 'Container a exceeded its local ephemeral storage limit "1Ki".'],
  ['volumes count for the pod', TWO, usage({ v: 3 * KIB }, { a: KIB, b: 1 }), 'Pod ephemeral local storage usage exceeds the total limit of containers 4096.'],
  ['no limit anywhere', podOf({ volumes: [{ name: 'v', emptyDir: {} }] }), usage({ v: 2 ** 40 }, { a: 2 ** 40 }), undefined],
])('%s', (_name, pod, used, over) => {
  expect(overDiskLimit(pod, used)).toBe(over);
});

test.each([[SCRATCH, true], [CLAIMED, true], [ONE, true], [podOf({ volumes: [{ name: 'ram', emptyDir: { medium: 'Memory', sizeLimit: '1Ki' } }, { name: 'v', emptyDir: {} }] }), false]])('only limits on disk need counting: %#', (pod, limited) => {
  expect(hasDiskLimits(pod)).toBe(limited);
});
