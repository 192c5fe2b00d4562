/** What is taken, and refused, of what a pod is called and of how it finds others. */
import { admit } from '../../../../src/docker/admission/index.js';
import type { NodeTraits } from '../../../../src/docker/node/index.js';
import { ProviderError } from '../../../../src/errors.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

type Fields = Record<string, unknown>;

const IN_CLUSTER: NodeTraits = { ...NODE, policy: { ...NODE.policy, network: { ...NODE.policy.network, dns: { servers: ['10.96.0.10'], domain: 'cluster.local' } } } };

function refusalOf(spec: Fields, node = NODE, container: Fields = {}): string {
  try {
    admit(podOf(spec, container), node);
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

const OPEN = nodeWhere({ level: 'privileged' });
const BASELINE = nodeWhere({ allowed: { ...NODE.policy.podSecurity.allowed, hostPorts: { first: 8000, last: 8099 } } });
const HOSTED = nodeWhere({ allowed: { ...NODE.policy.podSecurity.allowed, hostNetwork: true } });

function nodeWhere(more: Partial<NodeTraits['policy']['podSecurity']>): NodeTraits {
  return { ...NODE, policy: { ...NODE.policy, podSecurity: { ...NODE.policy.podSecurity, ...more } } };
}

test.each<[field: string, port: Fields, spec?: Fields]>([
  ['hostPort', { containerPort: 80, hostPort: 65_536 }],
  ['hostPort', { containerPort: 80, hostPort: -1 }],
  ['hostIP', { containerPort: 80, hostPort: 80, hostIP: 'localhost' }],
  ['containerPort', { containerPort: 0, hostPort: 80 }],
  ['protocol', { containerPort: 80, hostPort: 80, protocol: 'HTTP' }],
  ['hostPort', { containerPort: 80, hostPort: 8080 }, { hostNetwork: true }],
])('P58 P59: %s of %j is refused', (field, port, spec = {}) => {
  expect(refusalOf(spec, OPEN, { ports: [port] })).toMatch(new RegExp(`^InvalidPod pod\\.spec\\.containers\\[0\\]\\.ports\\[0\\]\\.${field}: `));
});

test.each<[ports: Fields[], spec: Fields, refusal: string]>([
  [[{ containerPort: 80, hostPort: 80 }, { containerPort: 81, hostPort: 80, hostIP: '127.0.0.1' }], {}, 'ports[1].hostPort: 80/TCP of the host is taken by pod.spec.containers[0].ports[0] already'],
  [[{ containerPort: 80 }, { containerPort: 80 }], { hostNetwork: true }, 'ports[1].containerPort: 80/TCP of the host is taken by'],
  [[{ containerPort: 80, hostPort: 80, hostIP: '127.0.0.1' }, { containerPort: 81, hostPort: 80, hostIP: '127.0.0.2' }, { containerPort: 81, hostPort: 80, protocol: 'UDP' }, { containerPort: 81 }, { containerPort: 81 }], {}, 'admitted'],
])('P58: one port twice in a pod: %j %j', (ports, spec, refusal) => {
  expect(refusalOf(spec, OPEN, { ports })).toContain(refusal);
});

test('P58 P59: under baseline the host is not for pods, but for what its operator opens', () => {
  const port = (hostPort: number): Fields => ({ ports: [{ containerPort: hostPort, hostPort }] });
  expect(refusalOf({}, NODE, port(8080))).toMatch(/^Forbidden pod\.spec\.containers\[0\]\.ports\[0\]\.hostPort: /);
  expect(refusalOf({}, BASELINE, port(8080))).toBe('admitted');
  expect(refusalOf({}, BASELINE, port(8100))).toMatch(/^Forbidden .*ports\[0\]\.hostPort: /);
  expect(refusalOf({ hostNetwork: true })).toMatch(/^Forbidden pod\.spec\.hostNetwork: /);
  expect(refusalOf({ hostNetwork: true }, HOSTED, port(8080))).toBe('admitted');
});

const CLOSED: NodeTraits = { ...OPEN, policy: { ...OPEN.policy, network: { ...OPEN.policy.network, egress: false } } };
const FIELD = 'pod\\.metadata\\.annotations\\["interlink\\.eu/egress"\\]';

test.each<[asked: string | undefined, spec: Fields, container: Fields, open: RegExp, closed: RegExp]>([
  [undefined, {}, {}, /^admitted$/, /^admitted$/],
  ['false', {}, {}, /^admitted$/, /^admitted$/],
  ['true', {}, {}, /^admitted$/, new RegExp(`^Forbidden ${FIELD}: .*Network\\.Egress`)],
  ['no', {}, {}, new RegExp(`^InvalidPod ${FIELD}: "no" is neither`), new RegExp(`^InvalidPod ${FIELD}: `)],
  [undefined, { hostNetwork: true }, {}, /^admitted$/, /^Forbidden pod\.spec\.hostNetwork: .*Network\.Egress/],
  ['false', { hostNetwork: true }, {}, /^InvalidPod pod\.spec\.hostNetwork: /, /^Forbidden pod\.spec\.hostNetwork: /],
  ['false', {}, { ports: [{ containerPort: 80, hostPort: 80 }] }, /^InvalidPod pod\.spec\.containers\[0\]\.ports\[0\]\.hostPort: /, /^Forbidden pod\.spec\.containers\[0\]\.ports\[0\]\.hostPort: /],
])('P63: egress %p %j %j', (asked, spec, container, open, closed) => {
  const verdict = (node: NodeTraits): string => {
    const pod = podOf(spec, container);
    try {
      admit(asked === undefined ? pod : { ...pod, metadata: { ...pod.metadata, annotations: { 'interlink.eu/egress': asked } } }, node);
      return 'admitted';
    } catch (error) {
      return error instanceof ProviderError ? `${error.kind} ${error.message}` : String(error);
    }
  };
  expect(verdict(OPEN)).toMatch(open);
  expect(verdict(CLOSED)).toMatch(closed);
});

test.each<[script: string, meshImage: string | undefined, spec: Fields, expected: RegExp]>([
  ['ip link', 'mesh:1', {}, /^$/],
  ['ip link', undefined, {}, /^pod\.metadata\.annotations\["slurm-job\.vk\.io\/pre-exec"\]: this node runs no such script \(Network\.MeshImage\)/],
  ['ip link', 'mesh:1', { hostNetwork: true }, /: it is not run on the network of the host/],
  ['k3y\0', 'mesh:1', {}, /^InvalidPod pod\.metadata\.annotations\["slurm-job\.vk\.io\/pre-exec"\]: it contains a NUL byte$/],
  ['k3y'.repeat(50_000), 'mesh:1', {}, /: it is longer than 131071 bytes/],
])('P64: a script %# with the image %p', (script, meshImage, spec, expected) => {
  const node = { ...OPEN, policy: { ...OPEN.policy, network: { ...OPEN.policy.network, ...(meshImage !== undefined && { meshImage }) } } };
  const pod = podOf(spec);
  const said = (): string => {
    try {
      return admit({ ...pod, metadata: { ...pod.metadata, annotations: { 'slurm-job.vk.io/pre-exec': script } } }, node).warnings.join();
    } catch (error) {
      return error instanceof ProviderError ? `${error.kind} ${error.message}` : String(error);
    }
  };
  expect(said()).toMatch(expected);
  expect(said()).not.toContain('k3y');
});

test('P58 P61: what has no effect on a kubelet either is accepted with a word', () => {
  const init = { name: 'init', image: 'busybox', ports: [{ containerPort: 80, hostPort: 80 }] };
  expect(admit(podOf({ initContainers: [init] }), OPEN).warnings).toEqual([expect.stringMatching(/^pod\.spec\.initContainers\[0\]\.ports\[0\]\.hostPort: /)]);
  expect(admit(podOf({ initContainers: [{ ...init, restartPolicy: 'Always' }] }), OPEN).warnings).toEqual([]);
  expect(admit(podOf({ dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'] } }), IN_CLUSTER).warnings).toEqual([expect.stringMatching(/^pod\.spec\.dnsConfig\.nameservers: with those of the cluster they are 4/)]);
});
