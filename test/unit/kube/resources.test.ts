import { podRequests, type Pod, qosClass, shareOf } from '../../../src/kube/index.js';

type Resources = { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> };

const one = (resources: Resources = {}, more: object = {}): Pod['spec']['containers'][number] => ({ name: 'c', resources, ...more });
const requests = (cpu: string, more: Record<string, string> = {}): Resources => ({ requests: { cpu, ...more } });
const sidecar = (resources: Resources): ReturnType<typeof one> => one(resources, { restartPolicy: 'Always' });
const both = (cpu: string, memory: string): Record<string, string> => ({ cpu, memory });

function podOf(containers: Pod['spec']['containers'], more: object = {}): Pod {
  return { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { containers, ...more } };
}

describe('what a pod needs of its node', () => {
  test.each<[name: string, pod: Pod, expected: Record<string, number>]>([
    ['nothing', podOf([one()]), {}],
    ['the sum of its containers', podOf([one(requests('250m', { memory: '1Gi' })), one(requests('1', { memory: '512Mi' }))]), { cpu: 1250, memory: 1.5 * 2 ** 30 }],
    ['a limit where there is no request', podOf([one({ limits: { cpu: '2', 'nvidia.com/gpu': '1' }, requests: { memory: '8' } })]), { cpu: 2000, 'nvidia.com/gpu': 1, memory: 8 }],
    ['the request, not the limit', podOf([one({ limits: { cpu: '2' }, requests: { cpu: '100m' } })]), { cpu: 100 }],
    ['the largest init container', podOf([one(requests('1'))], { initContainers: [one(requests('3')), one(requests('2'))] }), { cpu: 3000 }],
    ['its containers where they are more', podOf([one(requests('2')), one(requests('2'))], { initContainers: [one(requests('3'))] }), { cpu: 4000 }],
    ['its sidecars beside its containers', podOf([one(requests('2'))], { initContainers: [sidecar(requests('1'))] }), { cpu: 3000 }],
    ['an init container beside the sidecars before it', podOf([one(requests('1'))], { initContainers: [sidecar(requests('1')), one(requests('4')), sidecar(requests('1'))] }), { cpu: 5000 }],
    ['an init container without the sidecars after it', podOf([one(requests('1'))], { initContainers: [one(requests('4')), sidecar(requests('1'))] }), { cpu: 4000 }],
    ['each resource by its own maximum', podOf([one(requests('1', { memory: '10' }))], { initContainers: [one(requests('2', { memory: '1' }))] }), { cpu: 2000, memory: 10 }],
    ['the overhead on top', podOf([one(requests('1'))], { overhead: both('250m', '1Mi') }), { cpu: 1250, memory: 2 ** 20 }],
    ['what it asks for as a whole', podOf([one(requests('1', { memory: '7' }))], { resources: requests('3') }), { cpu: 3000, memory: 7 }],
    ['its limit as a whole where nobody asks', podOf([one()], { resources: { limits: both('3', '9') } }), { cpu: 3000, memory: 9 }],
    ['what its containers ask for, under a limit of the whole', podOf([one(requests('1'))], { resources: { limits: { cpu: '3' } } }), { cpu: 1000 }],
    ['overhead beside what it asks for as a whole', podOf([one()], { resources: requests('3'), overhead: { cpu: '1' } }), { cpu: 4000 }],
    ['of a device only what its containers ask for', podOf([one({ limits: { 'a/b': '1' } })], { resources: requests('1', { 'a/b': '5' }) }), { 'a/b': 1, cpu: 1000 }],
  ])('%s', (_name, pod, expected) => {
    expect(Object.fromEntries(podRequests(pod))).toEqual(expected);
  });
});

describe('quality of service', () => {
  const equal = (limits: Record<string, string>): Resources => ({ limits, requests: limits });

  test.each<[name: string, pod: Pod, expected: string]>([
    ['nothing asked', podOf([one()]), 'BestEffort'],
    ['zero asked', podOf([one({ requests: both('0', '0'), limits: { cpu: '0' } })]), 'BestEffort'],
    ['only a device asked', podOf([one({ limits: { 'nvidia.com/gpu': '1' } })]), 'BestEffort'],
    ['limits alone', podOf([one({ limits: both('1', '1Gi') })]), 'Guaranteed'],
    ['limits equal to requests, written differently', podOf([one({ limits: both('1', '1Gi'), requests: both('1000m', '1024Mi') })]), 'Guaranteed'],
    ['a limit for one of the two', podOf([one({ limits: { memory: '1Gi' } })]), 'Burstable'],
    ['a request below its limit', podOf([one({ limits: both('1', '1Gi'), requests: { cpu: '1m' } })]), 'Burstable'],
    ['requests alone', podOf([one(requests('1', { memory: '1' }))]), 'Burstable'],
    ['one container without', podOf([one(equal(both('1', '1'))), one()]), 'Burstable'],
    ['an init container without', podOf([one(equal(both('1', '1')))], { initContainers: [one()] }), 'Burstable'],
    ['all containers with', podOf([one(equal(both('1', '1')))], { initContainers: [one(equal(both('2', '2')))] }), 'Guaranteed'],
    ['limits of the pod as a whole', podOf([one()], { resources: { limits: both('1', '1Gi') } }), 'Guaranteed'],
    ['a whole that is more than what its containers ask for', podOf([one(requests('1m'))], { resources: { limits: both('1', '1Gi') } }), 'Burstable'],
    ['requests of the pod as a whole', podOf([one(equal(both('1', '1')))], { resources: requests('3') }), 'Burstable'],
  ])('%s', (_name, pod, expected) => {
    expect(qosClass(pod)).toBe(expected);
  });
});

describe('what a container may count on', () => {
  test.each<[name: string, pod: Pod, expected: number]>([
    ['its request', podOf([one(requests('300m'))]), 300],
    ['its limit without one', podOf([one({ limits: { cpu: '2' } })]), 2000],
    ['nothing', podOf([one()]), 0],
    ['half of what a pod of two has left', podOf([one(requests('1')), one(requests('1'))], { resources: requests('3') }), 1500],
    ['all of the pod', podOf([one()], { resources: { limits: { cpu: '3' } } }), 3000],
    ['its request under a limit of the pod', podOf([one(requests('1'))], { resources: { limits: { cpu: '3' } } }), 1000],
  ])('%s', (_name, pod, expected) => {
    expect(shareOf(pod, pod.spec.containers[0] ?? one(), 'cpu')).toBe(expected);
  });
});
