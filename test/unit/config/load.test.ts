import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, isGuarded, loadConfig } from '../../../src/config/index.js';
import type { Config, ConfigSources } from '../../../src/config/index.js';

const dir = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A home without Docker settings, so that the machine's own never matter. */
const HOME = { HOME: dir };

function fileOf(text: string): string {
  const path = join(dir, 'plugin.yaml');
  writeFileSync(path, text);
  return path;
}

function load(text: string, env: ConfigSources['env'] = {}, flags = {}): Config {
  return loadConfig({ file: fileOf(text), env: { ...HOME, ...env }, flags });
}

/** The section with these settings in it. */
function podSecurity(settings: Partial<Config['PodSecurity']>): Partial<Config> {
  return { PodSecurity: expect.objectContaining(settings) as Config['PodSecurity'] };
}

function problemsOf(text: string, env: ConfigSources['env'] = {}): readonly string[] {
  try {
    load(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('works without any file', () => {
  expect(loadConfig({ env: HOME })).toEqual({
    EnableTracing: false,
    TelemetryEndpoint: 'localhost:4317',
    TelemetryInsecureSkipVerify: false,
    SidecarURL: 'http://127.0.0.1',
    SidecarPort: 4000,
    SocketMode: 0o660,
    BodyLimit: 16 * 1024 * 1024,
    VerboseLogging: false,
    ErrorsOnlyLogging: false,
    SandboxImage: 'interlink-docker/sandbox:2',
    Strict: false,
    Secrets: 'disk',
    PodSecurity: { Level: 'baseline', NoNewPrivileges: true, Capabilities: [], Sysctls: [], HostPaths: [], HostNetwork: false, RuntimeClasses: {} },
    SkipDownwardAPIResolution: false,
    ReadinessAsWaiting: false,
    DataDir: '/var/lib/interlink-docker',
    Volumes: { Claims: {}, NFS: [] },
    Network: { PodCIDR: '10.213.0.0/16', SubnetBits: 22, Shared: false, Egress: true, ClusterDNS: [], ClusterDomain: 'cluster.local' },
    Images: { ParallelPulls: 4, PullProgressTimeout: 120_000, GCLowPercent: 80, GCMinAge: 120_000 },
    Logs: { MaxSize: 10 * 1024 * 1024, MaxFiles: 5, FollowRestarts: false },
    Engine: { ParallelStarts: 8 },
    Resources: { Pods: 110, Extended: [], Ulimits: [] },
    Taints: [],
    listen: { kind: 'tcp', host: '127.0.0.1', port: 4000 },
    docker: { kind: 'socket', path: '/var/run/docker.sock' },
    logLevel: 'info',
    dockerConfigFile: join(dir, '.docker/config.json'),
  });
});

test.each<[name: string, text: string, env: Record<string, string>, flags: Record<string, unknown>, expected: object]>([
  ['the file over the default', 'SidecarPort: 5000', {}, {}, { SidecarPort: 5000 }],
  ['the environment over the file', 'SidecarPort: 5000', { SIDECARPORT: '6000' }, {}, { SidecarPort: 6000 }],
  ['the command line over both', 'SidecarPort: 5000', { SIDECARPORT: '6000' }, { SidecarPort: '7000' }, { SidecarPort: 7000 }],
  ['a nested variable, the rest of the section kept', 'Network: {SubnetBits: 24}', { NETWORK_PODCIDR: '10.9.0.0/16' }, {},
    { Network: { PodCIDR: '10.9.0.0/16', SubnetBits: 24, Shared: false, Egress: true, ClusterDNS: [], ClusterDomain: 'cluster.local' } }],
  ['lists and mappings from the environment', '', { PODSECURITY_CAPABILITIES: 'NET_RAW,SYS_PTRACE', PODSECURITY_RUNTIMECLASSES: 'gvisor=runsc' }, {},
    podSecurity({ Capabilities: ['NET_RAW', 'SYS_PTRACE'], RuntimeClasses: { gvisor: 'runsc' } })],
  ['an empty variable as none', 'NodeName: box', { NODENAME: '' }, {}, { NodeName: 'box' }],
  ['a key without a value as not given', 'SidecarPort:\nNetwork:\n', {}, {}, { SidecarPort: 4000 }],
  ['an undefined flag as not given', 'NodeName: box', {}, { NodeName: undefined }, { NodeName: 'box' }],
])('takes %s', (_name, text, env, flags, expected) => {
  expect(load(text, env, flags)).toMatchObject(expected);
});

test.each<[line: string, expected: Partial<Config>]>([
  ['SidecarPort: "4001"', { SidecarPort: 4001 }],
  ['BodyLimit: 1000', { BodyLimit: 1000 }],
  ['BodyLimit: 2k', { BodyLimit: 2000 }],
  ['BodyLimit: 1Gi', { BodyLimit: 2 ** 30 }],
  ['SocketMode: 0600', { SocketMode: 0o600 }],
  ['SocketMode: "0600"', { SocketMode: 0o600 }],
  ['VerboseLogging: yes', { VerboseLogging: true, logLevel: 'debug' }],
  ['ErrorsOnlyLogging: "1"', { ErrorsOnlyLogging: true, logLevel: 'error' }],
  ['Socket: unix:///run/a.sock', { listen: { kind: 'socket', path: '/run/a.sock', mode: 0o660 } }],
  ['Socket: /run/a.sock', { Socket: '/run/a.sock' }],
  ['SidecarURL: unix:///run/b.sock', { listen: { kind: 'socket', path: '/run/b.sock', mode: 0o660 } }],
  ['Resources: {CPU: 2, Memory: 1Gi, ReservedCPU: 250m, ReservedMemory: 512Mi}', { Resources: { CPU: 2000, Memory: 2 ** 30, ReservedCPU: 250, ReservedMemory: 2 ** 29, Pods: 110, Extended: [], Ulimits: [] } }],
  ['SidecarURL: http://[::1]', { listen: { kind: 'tcp', host: '::1', port: 4000 } }],
  ['Images: {PullProgressTimeout: 90s, Platform: linux/arm/v7, Logins: /etc/logins.json}', { Images: { ParallelPulls: 4, PullProgressTimeout: 90_000, Platform: 'linux/arm/v7', Logins: '/etc/logins.json', GCLowPercent: 80, GCMinAge: 120_000 } }],
  ['Images: {GCHighPercent: 90, GCLowPercent: 70, GCMinAge: 0s, GCBudget: 50Gi}', { Images: { ParallelPulls: 4, PullProgressTimeout: 120_000, GCHighPercent: 90, GCLowPercent: 70, GCMinAge: 0, GCBudget: 50 * 2 ** 30 } }],
  ['Socket: /run/a.sock\nSocketGroup: interlink', { listen: { kind: 'socket', path: '/run/a.sock', mode: 0o660, group: 'interlink' } }],
  ['Socket: /run/a.sock\nSocketGroup: 998', { listen: { kind: 'socket', path: '/run/a.sock', mode: 0o660, group: '998' } }],
  ['SidecarURL: https://[::]\nTLSCert: /c\nTLSKey: /k\nTLSClientCA: /ca', { listen: { kind: 'tcp', host: '::', port: 4000, tls: { certFile: '/c', keyFile: '/k', clientCaFile: '/ca' } } }],
  ['PodSecurity: {Capabilities: [cap_net_raw, SYS_PTRACE]}', podSecurity({ Capabilities: ['NET_RAW', 'SYS_PTRACE'] })],
  ['PodSecurity: {Capabilities: "NET_RAW, SYS_PTRACE"}', podSecurity({ Capabilities: ['NET_RAW', 'SYS_PTRACE'] })],
  ['PodSecurity: {Sysctls: [net.core.somaxconn, net.ipv4.*]}', podSecurity({ Sysctls: ['net.core.somaxconn', 'net.ipv4.*'] })],
  ['PodSecurity: {HostPaths: [/data/, "/scratch//x:ro", /]}', podSecurity({ HostPaths: [{ path: '/data', readOnly: false }, { path: '/scratch/x', readOnly: true }, { path: '/', readOnly: false }] })],
  ['PodSecurity: {HostPorts: 8080}', podSecurity({ HostPorts: { first: 8080, last: 8080 } })],
  ['PodSecurity: {HostPorts: 30000-30100}', podSecurity({ HostPorts: { first: 30000, last: 30100 } })],
  ['PodSecurity: {RuntimeClasses: {gvisor: runsc}}', podSecurity({ RuntimeClasses: { gvisor: 'runsc' } })],
  ['PodSecurity: {RuntimeClasses: "gvisor=runsc, kata=kata-qemu"}', podSecurity({ RuntimeClasses: { gvisor: 'runsc', kata: 'kata-qemu' } })],
  ['Volumes: {Claims: {team/data: models, "*/*": "/srv/claims/{namespace}/{claim}:ro", team/disk: "block:/dev/mapper/{claim}:ro"}}', {
    Volumes: {
      Claims: { 'team/data': { kind: 'volume', template: 'models', readOnly: false }, '*/*': { kind: 'directory', template: '/srv/claims/{namespace}/{claim}', readOnly: true }, 'team/disk': { kind: 'device', template: '/dev/mapper/{claim}', readOnly: true } },
      NFS: [],
    },
  }],
  ['Volumes: {NFS: ["nas.example:/export/a:ro", "10.0.0.5:/"]}', {
    Volumes: { Claims: {}, NFS: [{ server: 'nas.example', path: '/export/a', readOnly: true }, { server: '10.0.0.5', path: '/', readOnly: false }] },
  }],
])('reads %s', (line, expected) => {
  expect(load(line)).toMatchObject(expected);
});

test.each<[line: string, problem: RegExp]>([
  ['Images: {GCHighPercent: 80}', /^Images\.GCLowPercent is 80 .*give a number below that of Images\.GCHighPercent/],
  ['Images: {GCHighPercent: 0}', /^Images\.GCHighPercent is 0 /],
  ['Images: {GCBudget: 1Gi}', /^Images\.GCHighPercent is not set .*Images\.GCBudget does nothing without it/],
  ['SidecarPort: abc', /^SidecarPort is "abc" \(.*plugin\.yaml\): give a port from 0 to 65535/],
  ['SidecarPort: 65536', /^SidecarPort is 65536 .*give a port/],
  ['SidecarPort: -1', /^SidecarPort is -1 /],
  ['SidecarPort: [4000]', /^SidecarPort is \[4000\] .*give a port/],
  ['SidecarURL: http://127.0.0.1:4000', /^SidecarURL is .*without a port/],
  ['SidecarURL: https://127.0.0.1', /^SidecarURL is "https.*give TLSCert, TLSKey and TLSClientCA/],
  ['SidecarURL: https://127.0.0.1:4000', /^SidecarURL is .*without a port/],
  ['TLSCert: /c\nTLSClientCA: /ca', /^TLSCert, TLSKey and TLSClientCA go together: TLSKey is not set/],
  ['TLSKey: /k', /TLSCert and TLSClientCA is not set/],
  ['Socket: /run/a.sock\nTLSCert: /c\nTLSKey: /k\nTLSClientCA: /ca', /^TLSCert is set, but .*unix socket/],
  ['TLSCert: c.pem', /^TLSCert is "c.pem".*absolute path/],
  ['SocketGroup: a b', /^SocketGroup is "a b".*name or id of a group/],
  ['Socket: run/a.sock', /^Socket is "run\/a.sock".*absolute path/],
  ['SocketMode: "0999"', /^SocketMode is "0999".*octal/],
  ['BodyLimit: 16 MB', /^BodyLimit is "16 MB".*16Mi/],
  ['BodyLimit: 0', /^BodyLimit is 0 /],
  ['VerboseLogging: loud', /^VerboseLogging is "loud".*true or false/],
  ['SandboxImage: interlink-docker/sandbox', /^SandboxImage is .*tag/],
  ['DockerHost: ssh://box', /^DockerHost is "ssh:\/\/box".*forward the socket/],
  ['NodeName: -x', /^NodeName is "-x"/],
  ['Secrets: ram', /^Secrets is "ram".*disk or memory/],
  ['Secrets: memory', /^RecordKeyFile is not set \(default\): give the file with the key/],
  ['DataDir: data', /^DataDir is "data".*absolute path/],
  ['Network: {PodCIDR: 10.213.0.1/16}', /^Network\.PodCIDR is "10.213.0.1\/16".*host bits zero/],
  ['Network: {PodCIDR: 10.0.0.0/24}', /^Network\.SubnetBits is 22 \(default\).*not shorter than that of Network.PodCIDR/],
  ['Network: {ClusterDNS: [10.96.0.10, dns]}', /^Network\.ClusterDNS is \["10\.96\.0\.10","dns"\] .*IP addresses/],
  ['Network: {ClusterDNS: "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4"}', /^Network\.ClusterDNS is .*at most three/],
  ['Network: {MeshImage: "a b"}', /^Network\.MeshImage is "a b".*name of an image/],
  ['Network: {Egress: maybe}', /^Network\.Egress is "maybe".*true or false/],
  ['Network: {ClusterDomain: Cluster.local}', /^Network\.ClusterDomain is "Cluster\.local".*such as cluster\.local/],
  ['Network: 5', /^Network is 5: give a mapping of PodCIDR, SubnetBits/],
  ['Images: {PullProgressTimeout: 120}', /^Images\.PullProgressTimeout is 120 .*give a duration from 1s to 24h/],
  ['Images: {PullProgressTimeout: 10ms}', /^Images\.PullProgressTimeout is "10ms"/],
  ['Images: {Platform: arm64}', /^Images\.Platform is "arm64".*such as linux\/arm64/],
  ['Resources: {Pods: 0}', /^Resources\.Pods is 0 /],
  ['Taints: [dedicated=gpu]', /^Taints is \["dedicated=gpu"\] .*give a list of taints/],
  ['Resources: {CPU: 1.5m}', /^Resources\.CPU is "1\.5m" .*250m/],
  ['Resources: {ReservedMemory: -1}', /^Resources\.ReservedMemory is -1 /],
  ['Resources: {Ulimits: [nofile=2:1]}', /^Resources\.Ulimits is \["nofile=2:1"\] .*give a list of limits/],
  ['Resources: {Ulimits: [files=1]}', /^Resources\.Ulimits is \["files=1"\] .*give a list of limits/],
  ['Resources: {Extended: [gpu=1]}', /^Resources\.Extended is \["gpu=1"\] .*give a list of name=count/],
  ['Resources: {Extended: [a.b/c=/etc/passwd]}', /^Resources\.Extended is .*give a list of name=count/],
  ['Resources: {Extended: [a.b/c=/dev/../etc/passwd]}', /^Resources\.Extended is .*give a list of name=count/],
  ['Resources: {Extended: [a.b/c=nvidia:0, a.b/d=nvidia:0]}', /^Resources\.Extended is .*give each device once.* not 0 twice/],
  ['Resources: {Extended: [a.b/c=1, a.b/c=2]}', /^Resources\.Extended is .* not a\.b\/c twice/],
  ['Resources: {Extended: [a.b/c=/dev/fuse, a.b/c=2]}', /^Resources\.Extended is .* not a\.b\/c twice/],
  ['SidecarPrt: 1', /^SidecarPrt is not a setting; the nearest one is SidecarPort$/],
  ['sidecarport: 1', /nearest one is SidecarPort$/],
  ['Network: {PodCidr: 10.0.0.0/8}', /^Network\.PodCidr is not a setting; the nearest one is Network\.PodCIDR$/],
  ['Networks: {}', /nearest one is Network$/],
  ['PodSecurity: baseline', /^PodSecurity is "baseline": give a mapping of Level, NoNewPrivileges/],
  ['PodSecurity: {Level: open}', /^PodSecurity\.Level is "open".*give privileged, baseline or restricted/],
  ['PodSecurity: {Capabilities: [NET_RAW, "a b"]}', /^PodSecurity\.Capabilities is \["NET_RAW","a b"\].*give names of capabilities/],
  ['PodSecurity: {Capabilities: {NET_RAW: true}}', /^PodSecurity\.Capabilities is \{"NET_RAW":true\}.*give names of capabilities/],
  ['PodSecurity: {Sysctls: "net/x"}', /^PodSecurity\.Sysctls is "net\/x"/],
  ['PodSecurity: {HostPaths: [/data/../etc]}', /^PodSecurity\.HostPaths is \["\/data\/\.\.\/etc"\]/],
  ['PodSecurity: {HostPorts: 40000-30000}', /^PodSecurity\.HostPorts is "40000-30000".*a range of them/],
  ['PodSecurity: {HostAddress: localhost}', /^PodSecurity\.HostAddress is "localhost".*an IP address/],
  ['PodSecurity: {SeccompProfiles: profiles}', /^PodSecurity\.SeccompProfiles is "profiles".*absolute path/],
  ['PodSecurity: {RuntimeClasses: {gvisor: "a b"}}', /^PodSecurity\.RuntimeClasses is \{"gvisor":"a b"\}/],
  ['PodSecurity: {RuntimeClasses: gvisor}', /^PodSecurity\.RuntimeClasses is "gvisor".*such as gvisor=runsc/],
  ['- a', /must hold a mapping/],
  ['a: [', /Cannot use .*plugin\.yaml/],
  ['Volumes: {Claims: {"*/*": "{namespace}-{claim}"}}', /^Volumes\.Claims is .*with \/ or _ between them/],
  ['Volumes: {Claims: {"team/disk": "block:disk"}}', /^Volumes\.Claims is .*block:\/dev\/…/],
  ['Volumes: {Claims: {"*/*": "{claim}"}}', /^Volumes\.Claims is /],
  ['Volumes: {Claims: {"*/*": /srv/../etc}}', /^Volumes\.Claims is /],
  ['Volumes: {Claims: {team: data}}', /^Volumes\.Claims is /],
  ['Volumes: {Claims: {team/data: "/srv/{other}"}}', /^Volumes\.Claims is /],
  ['Volumes: {NFS: ["nas,addr=x:/export"]}', /^Volumes\.NFS is .*server:\/export/],
  ['Volumes: {NFS: ["nas:export"]}', /^Volumes\.NFS is /],
])('refuses %s by name', (line, problem) => {
  expect(problemsOf(line)).toEqual([expect.stringMatching(problem)]);
});

test('a mapping and a list can come from the environment', () => {
  const { Volumes } = load('', { VOLUMES_CLAIMS: 'team/data=models, */*=/srv/{claim}:ro', VOLUMES_NFS: 'nas:/a,nas:/b:ro' });
  expect(Object.entries(Volumes.Claims).map(([pattern, { template }]) => [pattern, template])).toEqual([['team/data', 'models'], ['*/*', '/srv/{claim}']]);
  expect(Volumes.NFS.map(({ path }) => path)).toEqual(['/a', '/b']);
});

test('names the variable that a wrong value came from', () => {
  expect(problemsOf('SidecarPort: 1', { SIDECARPORT: 'x' })).toEqual([
    expect.stringMatching(/^SidecarPort is "x" \(environment variable SIDECARPORT\)/),
  ]);
});

test('tells every problem at once', () => {
  expect(problemsOf('SidecarPort: x\nBodyLimit: y\nFoo: 1')).toHaveLength(3);
});

test('finds the file by DOCKERCONFIGPATH, --config first', () => {
  const named = join(dir, 'named.yaml');
  writeFileSync(named, 'NodeName: named');
  const env = { ...HOME, DOCKERCONFIGPATH: named };
  expect(loadConfig({ env }).NodeName).toBe('named');
  expect(loadConfig({ env, file: fileOf('NodeName: flag') }).NodeName).toBe('flag');
});

test('names a file that is not there', () => {
  expect(() => loadConfig({ env: HOME, file: '/nowhere/x.yaml' })).toThrow(/Cannot use \/nowhere\/x\.yaml/);
});

test.each<[line: string, guarded: boolean]>([
  ['SidecarURL: http://127.0.0.1', true],
  ['SidecarURL: http://127.1.2.3', true],
  ['SidecarURL: http://localhost', true],
  ['SidecarURL: http://[::1]', true],
  ['Socket: /run/a.sock', true],
  ['SidecarURL: http://0.0.0.0', false],
  ['SidecarURL: http://127.0.0.1.example', false],
  ['SidecarURL: http://10.0.0.1', false],
  ['SidecarURL: https://0.0.0.0\nTLSCert: /c\nTLSKey: /k\nTLSClientCA: /ca', true],
])('%s: guarded %s', (line, guarded) => {
  expect(isGuarded(load(line))).toBe(guarded);
});
