/** What is taken, and refused, of what a pod is called and of how it finds others. */
import { admit } from '../../../../src/docker/admission/index.js';
import type { NodeTraits } from '../../../../src/docker/node/index.js';
import { ProviderError } from '../../../../src/errors.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

type Fields = Record<string, unknown>;

const IN_CLUSTER: NodeTraits = { ...NODE, policy: { ...NODE.policy, network: { ...NODE.policy.network, dns: { servers: ['10.96.0.10'], domain: 'cluster.local' } } } };

function refusalOf(spec: Fields, node = NODE): string {
  try {
    admit(podOf(spec), node);
    return 'admitted';
  } catch (error) {
    return error instanceof ProviderError ? `${error.kind} ${error.message}` : String(error);
  }
}

test.each<[field: string, spec: Fields]>([
  ['hostname', { hostname: 'a.b' }],
  ['subdomain', { subdomain: 'Web' }],
  ['subdomain', { subdomain: 'a.b' }],
  ['setHostnameAsFQDN', { hostname: 'h'.repeat(60), subdomain: 's', setHostnameAsFQDN: true }],
  ['hostnameOverride', { hostnameOverride: 'a_b' }],
  ['hostnameOverride', { hostnameOverride: 'a'.repeat(65) }],
  ['hostnameOverride', { hostnameOverride: 'x', setHostnameAsFQDN: true }],
  ['hostAliases[0].ip', { hostAliases: [{ ip: 'host-gateway', hostnames: ['x'] }] }],
  ['hostAliases[1].hostnames[1]', { hostAliases: [{ ip: '::1' }, { ip: '1.2.3.4', hostnames: ['x', 'y\n6.6.6.6 z'] }] }],
  ['dnsPolicy', { dnsPolicy: 'Cluster' }],
  ['dnsPolicy', { dnsPolicy: 'None' }],
  ['dnsPolicy', { dnsPolicy: 'None', dnsConfig: { searches: ['x'] } }],
  ['dnsConfig.nameservers', { dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] } }],
  ['dnsConfig.nameservers[0]', { dnsConfig: { nameservers: ['dns.example'] } }],
  ['dnsConfig.searches', { dnsConfig: { searches: Array.from({ length: 33 }, (_, index) => `s${index}`) } }],
  ['dnsConfig.searches', { dnsConfig: { searches: Array.from({ length: 32 }, (_, index) => `s${index}.${'x'.repeat(62)}`) } }],
  ['dnsConfig.searches[0]', { dnsConfig: { searches: ['a b'] } }],
  ['dnsConfig.options[0].name', { dnsConfig: { options: [{ value: '5' }] } }],
  ['dnsConfig.options[1].value', { dnsConfig: { options: [{ name: 'ndots' }, { name: 'x', value: '1\nnameserver 6.6.6.6' }] } }],
])('P60 P61: refused by its field: %s %j', (field, spec) => {
  expect(refusalOf(spec)).toMatch(new RegExp(`^InvalidPod pod\\.spec\\.${field.replace(/[[\].]/g, '\\$&')}: `));
});

test('P60: a name that is too long for a host name is told with its length', () => {
  expect(refusalOf({ hostname: 'web', subdomain: 's'.repeat(40), setHostnameAsFQDN: true })).toMatch(/"web\.s{40}\.ns\.svc\.cluster\.local" has 65 characters; a host name can have 64$/);
});

test.each<[spec: Fields]>([
  [{ hostname: 'h'.repeat(63), subdomain: 's'.repeat(63) }],
  [{ hostname: 'web', subdomain: 's'.repeat(39), setHostnameAsFQDN: true }],
  [{ hostname: 'h'.repeat(63), setHostnameAsFQDN: true }],
  [{ hostnameOverride: 'db.example.org', hostname: 'x', subdomain: 'y' }],
  [{ hostAliases: [{ ip: '2001:db8::1', hostnames: ['a.b', 'c'] }, { ip: '1.2.3.4', hostnames: null }] }],
  [{ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1', '::1', '1.1.1.3'], searches: ['.', '_tcp.example.org', 'x.y.'], options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }] } }],
  [{ dnsPolicy: 'Default', dnsConfig: { nameservers: null, options: [{ name: 'ndots', value: '2' }] } }],
])('P60 P61: passes in silence: %j', (spec) => {
  expect(admit(podOf(spec), NODE).warnings).toEqual([]);
});

test('P61: servers that cannot join those of the host are accepted with a word; those of the cluster are joined', () => {
  const pod = podOf({ dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'] } });
  expect(admit(pod, NODE).warnings).toEqual([expect.stringMatching(/^pod\.spec\.dnsConfig\.nameservers: /), expect.stringMatching(/^pod\.spec\.dnsConfig\.searches: /)]);
  expect(admit(pod, IN_CLUSTER).warnings).toEqual([]);
});
