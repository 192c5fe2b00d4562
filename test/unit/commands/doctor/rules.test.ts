import { checkDisk, checkEngine } from '../../../../src/commands/doctor/engine-rules.js';
import type { AddressFacts, EngineFacts } from '../../../../src/commands/doctor/facts.js';
import { type Finding, toText } from '../../../../src/commands/doctor/finding.js';
import { checkNetwork } from '../../../../src/commands/doctor/network-rules.js';
import { parseRoutes } from '../../../../src/commands/doctor/routes.js';
import { checkAddress, checkDataDir, checkRecordKeys, checkWishes } from '../../../../src/commands/doctor/site-rules.js';
import { loadConfig } from '../../../../src/config/index.js';
import type { EngineDiagnosis } from '../../../../src/engine/index.js';

const WELL: EngineDiagnosis = {
  version: '27.0', minApiVersion: '1.24', apiVersion: '1.46', name: 'host', operatingSystem: 'Debian', storageDriver: 'overlay2', dataRoot: '/var/lib/docker', loggingDriver: 'json-file',
  cgroupDriver: 'systemd', cgroupVersion: '2', liveRestore: true, limits: { memory: true, swap: true, cpu: true, pids: true }, ipv4Forwarding: true, runtimes: ['runc'], cdi: false,
  securityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'], warnings: [], systemTime: '',
};
const reached = (more: Partial<EngineDiagnosis> = {}, skewMs = 0): EngineFacts => ({ kind: 'reached', diagnosis: { ...WELL, ...more }, networks: [], skewMs });
const notOk = (findings: readonly Finding[]): readonly string[] => findings.filter(({ level }) => level !== 'ok').map(({ level, check, advice }) => `${level} ${check}: ${advice}`);

test('an engine that is well has nothing to be done about', () => {
  const findings = checkEngine(reached(), '/var/run/docker.sock');
  expect(notOk(findings)).toEqual([]);
  expect(findings.find(({ check }) => check === 'security')?.seen).toBe('apparmor, seccomp, cgroupns');
});

test.each<[what: string, engine: EngineFacts, level: Finding['level'], check: string, advice: RegExp]>([
  ['may not be asked', { kind: 'away', code: 'EACCES', message: 'permission denied' }, 'fail', 'engine', /group docker/],
  ['is not there', { kind: 'away', code: 'ENOENT', message: 'no such file' }, 'fail', 'engine', /systemctl start docker/],
  ['does not listen', { kind: 'away', code: 'ECONNREFUSED', message: 'refused' }, 'fail', 'engine', /DOCKER_HOST/],
  ['fails in another way', { kind: 'away', message: 'certificate has expired' }, 'fail', 'engine', /look at the engine/],
  ['is too old', reached({ apiVersion: '1.40' }), 'fail', 'API', /20\.10 or newer/],
  ['is too new', reached({ minApiVersion: '1.60', apiVersion: '1.70' }), 'fail', 'API', /update interlink-docker/],
  ['has no memory limits', reached({ limits: { ...WELL.limits, memory: false } }), 'warn', 'limits', /not held to these/],
  ['copies layers', reached({ storageDriver: 'vfs' }), 'warn', 'storage', /overlay2/],
  ['has no seccomp', reached({ securityOptions: ['name=apparmor'] }), 'warn', 'security', /seccomp/],
  ['has seccomp with no profile', reached({ securityOptions: ['name=seccomp,profile=unconfined'] }), 'warn', 'security', /default profile/],
  ['forwards nothing', reached({ ipv4Forwarding: false }), 'fail', 'forwarding', /ip_forward=1/],
  ['has another time', reached({}, -1500), 'warn', 'clock', /NTP/],
  ['warns of bridges', reached({ warnings: ['WARNING: bridge-nf-call-iptables is disabled'] }), 'warn', 'engine says', /br_netfilter/],
  ['warns of swap', reached({ warnings: ['WARNING: No swap limit support'] }), 'warn', 'engine says', /controllers/],
  ['warns of its address', reached({ warnings: ["[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption or unauthenticated"] }), 'warn', 'engine says', /TLS/],
  ['warns of what nobody knows', reached({ warnings: ['WARNING: the moon'] }), 'warn', 'engine says', /documentation/],
])('an engine that %s', (_what, engine, level, check, advice) => {
  const findings = checkEngine(engine, 'there').filter((finding) => finding.level !== 'ok');
  expect(findings).toEqual([{ level, check, seen: expect.any(String) as string, advice: expect.stringMatching(advice) as string }]);
});

const GIBIBYTE = 2 ** 30;
test.each([
  [undefined, 'ok'],
  [{ freeBytes: 50 * GIBIBYTE, totalBytes: 100 * GIBIBYTE }, 'ok'],
  [{ freeBytes: 5 * GIBIBYTE, totalBytes: 100 * GIBIBYTE }, 'warn'],
  [{ freeBytes: 1 * GIBIBYTE, totalBytes: 4 * GIBIBYTE }, 'warn'],
])('free disk of %j', (disk, level) => {
  expect(checkDisk('/var/lib/docker', disk).level).toBe(level);
});

const network = (Name: string, ...Subnets: readonly string[]) => ({ Id: Name, Name, Created: '', Labels: {}, Internal: false, Subnets });
test.each<[what: string, facts: Partial<Parameters<typeof checkNetwork>[0]>, levels: string[], words: string]>([
  ['free', {}, ['ok', 'ok'], '4 of 4 networks of /18'],
  ['partly in use', { networks: [network('ours', '10.1.64.0/18'), network('theirs', '10.1.0.0/24'), network('elsewhere', '10.2.0.0/16')] }, ['ok', 'ok'], '2 of 4 networks of /18 are free in 10.1.0.0/16, one for each namespace; taken by others: theirs'],
  ['used up', { networks: [network('ours', '10.0.0.0/8')] }, ['ok', 'fail'], '0 of 4'],
  ['where the host is', { host: [{ name: 'eth0', cidr: '10.1.2.3/24' }, { name: 'wlan0', cidr: '192.168.1.2/24' }] }, ['warn', 'ok'], '10.1.2.3/24 (eth0)'],
])('a pod network that is %s', (_what, facts, levels, words) => {
  const findings = checkNetwork({ podCidr: '10.1.0.0/16', subnetBits: 18, host: [], networks: [], isOurs: ({ Name }) => Name === 'ours', ...facts });
  expect(findings.map(({ level }) => level)).toEqual(levels);
  expect(findings.map(({ seen }) => seen).join('\n')).toContain(words);
});

test('routes come from the kernel as numbers, lowest byte first; the default route is none', () => {
  const table = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\ntun0\t0000D50A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\nnonsense\n';
  expect(parseRoutes(table)).toEqual([{ name: 'tun0', cidr: '10.213.0.0/16' }]);
  expect(parseRoutes('')).toEqual([]);
});

test.each<[what: string, env: Record<string, string>, has: { runtimes: string[]; cdi: boolean }, found: string[]]>([
  ['nothing', {}, { runtimes: ['runc'], cdi: false }, ['ok runtimes']],
  ['GPUs', { RESOURCES_EXTENDED: 'nvidia.com/gpu=nvidia:0' }, { runtimes: ['runc'], cdi: false }, ['warn GPUs', 'ok runtimes']],
  ['GPUs that the engine can give', { RESOURCES_EXTENDED: 'nvidia.com/gpu=nvidia:0' }, { runtimes: ['runc', 'nvidia'], cdi: false }, ['ok runtimes']],
  ['CDI', { RESOURCES_EXTENDED: 'example.com/fpga=cdi:vendor.com/fpga=card0' }, { runtimes: ['runc'], cdi: false }, ['fail CDI', 'ok runtimes']],
  ['a runtime', { PODSECURITY_RUNTIMECLASSES: 'gvisor=runsc' }, { runtimes: ['runc'], cdi: false }, ['warn runtimes']],
])('a configuration that asks for %s', (_what, env, has, found) => {
  expect(checkWishes(loadConfig({ env }), has).map(({ level, check }) => `${level} ${check}`)).toEqual(found);
});

test.each<[what: string, address: AddressFacts, level: Finding['level'], words: RegExp]>([
  ['is free', { kind: 'free' }, 'ok', /nobody/],
  ['is served by this node', { kind: 'plugin', node: 'here' }, 'ok', /serves the node here/],
  ['is served by another node', { kind: 'plugin', node: 'there' }, 'fail', /address of its own/],
  ['cannot be asked', { kind: 'unasked', why: 'it speaks TLS' }, 'ok', /cannot be asked: it speaks TLS/],
  ['is served by something else', { kind: 'other', answer: 'not found' }, 'fail', /not found/],
  ['is privileged', { kind: 'unusable', code: 'EACCES' }, 'fail', /above 1023/],
  ['has something else there', { kind: 'unusable', code: 'ENOTSOCK' }, 'fail', /not a socket/],
  ['is strange', { kind: 'unusable', code: 'EIO' }, 'fail', /SidecarURL/],
])('an address that %s', (_what, address, level, words) => {
  const finding = checkAddress('http://127.0.0.1:4000', address, 'here');
  expect(finding.level).toBe(level);
  expect(`${finding.seen} ${finding.advice}`).toMatch(words);
});

test('a DataDir may be made, or must be written to; keys must be readable', () => {
  expect(checkDataDir({ path: '/a/b', existing: '/a', isWritable: true })).toMatchObject({ level: 'ok', seen: expect.stringContaining('to be made in /a') as string });
  expect(checkDataDir({ path: '/a', existing: '/a', isWritable: false }).level).toBe('warn');
  expect(checkRecordKeys('/k', undefined).level).toBe('ok');
  expect(checkRecordKeys('/k', 'mode 644').level).toBe('fail');
});

test('a finding is a line, with what to do behind it', () => {
  expect(toText([{ level: 'ok', check: 'a', seen: 'well' }, { level: 'fail', check: 'long', seen: 'bad', advice: 'mend it' }])).toBe('ok    a     well\nfail  long  bad -> mend it\n');
});
