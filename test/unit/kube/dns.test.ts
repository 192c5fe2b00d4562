import { type ClusterDns, type Pod, type PodSpec, type Resolution, toResolution } from '../../../src/kube/index.js';

const CLUSTER: ClusterDns = { servers: ['10.96.0.10'], domain: 'cluster.local' };
const SEARCHES = ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const OWN = { nameservers: ['1.1.1.1', '10.96.0.10'], searches: ['own.example', 'cluster.local'], options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }] };
const OF_OWN: Resolution = { nameservers: ['1.1.1.1', '10.96.0.10'], searches: ['own.example', 'cluster.local'], options: ['ndots:2', 'rotate'] };
const NOTHING: Resolution = { nameservers: [], searches: [], options: [] };
const OF_CLUSTER: Resolution = { nameservers: ['10.96.0.10'], searches: SEARCHES, options: ['ndots:5'] };

function resolve(spec: Partial<PodSpec>, cluster: ClusterDns): Resolution {
  const pod: Pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { containers: [], ...spec } };
  return toResolution(pod, cluster);
}

test.each<[spec: Partial<PodSpec>, inCluster: Resolution, elsewhere: Resolution]>([
  [{}, OF_CLUSTER, NOTHING],
  [{ dnsPolicy: 'ClusterFirst' }, OF_CLUSTER, NOTHING],
  [{ dnsPolicy: 'ClusterFirstWithHostNet' }, OF_CLUSTER, NOTHING],
  [{ dnsPolicy: 'ClusterFirst', hostNetwork: true }, NOTHING, NOTHING],
  [{ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, OF_CLUSTER, NOTHING],
  [{ dnsPolicy: 'Default' }, NOTHING, NOTHING],
  [{ dnsPolicy: 'Default', dnsConfig: OWN }, OF_OWN, OF_OWN],
  [{ dnsPolicy: 'None', dnsConfig: OWN }, OF_OWN, OF_OWN],
  [{ dnsConfig: OWN }, { nameservers: ['10.96.0.10', '1.1.1.1'], searches: [...SEARCHES, 'own.example'], options: ['ndots:2', 'rotate'] }, OF_OWN],
])('P61: %j in a cluster with a server, and without', (spec, inCluster, elsewhere) => {
  expect([resolve(spec, CLUSTER), resolve(spec, { servers: [], domain: 'cluster.local' })]).toEqual([inCluster, elsewhere]);
});

test('P61: what is over the limits of a resolver is left out', () => {
  const many = { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'], searches: Array.from({ length: 32 }, (_, index) => `s${index}`) };
  const { nameservers, searches } = resolve({ dnsConfig: many }, CLUSTER);
  expect([nameservers, searches.length]).toEqual([['10.96.0.10', '1.1.1.1', '1.1.1.2'], 32]);
});
