import { DEFAULT_POD_SECURITY, type NodeTraits } from '../../../../src/docker/node/index.js';
import { type ContainerFacts, needsImageUser, reasonNotToRun, toContainerConfig, toSandboxConfig } from '../../../../src/docker/spec/index.js';
import type { ContainerConfig, HostConfig } from '../../../../src/engine/index.js';
import type { Container, PodSpec } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { recordOf } from './records.js';

type Own = NonNullable<Container['securityContext']>;
type OfPod = NonNullable<PodSpec['securityContext']> & { supplementalGroupsPolicy?: string };

function configOf(own: Own, ofPod: OfPod = {}, { facts = {}, node = NODE, more = {}, shared = false }: { facts?: ContainerFacts; node?: NodeTraits; more?: Partial<PodSpec>; shared?: boolean } = {}): ContainerConfig {
  const main = { name: 'main', image: 'busybox', securityContext: own };
  return toContainerConfig(recordOf([main], { securityContext: ofPod, ...more }), main, { id: 'sandbox-id', shared }, node, facts);
}

const hostConfigOf = (...args: Parameters<typeof configOf>): HostConfig => configOf(...args).HostConfig ?? {};

test.each<[own: Own, ofPod: OfPod, image: string | undefined, user: string | undefined]>([
  [{}, {}, undefined, undefined],
  [{ runAsUser: 5 }, {}, undefined, '5'],
  [{}, { runAsUser: 5 }, undefined, '5'],
  [{ runAsUser: 0 }, { runAsUser: 5, runAsGroup: 6 }, undefined, '0:6'],
  [{ runAsGroup: 0 }, { runAsUser: 5, runAsGroup: 6 }, undefined, '5:0'],
  [{ runAsUser: 5 }, { runAsGroup: 6 }, undefined, '5:6'],
  // The image's user with the pod's group.
  [{ runAsGroup: 6 }, {}, '', '0:6'],
  [{ runAsGroup: 6 }, {}, '7', '7:6'],
  [{}, { runAsGroup: 6 }, 'app:staff', 'app:6'],
  // What was looked at counts, whatever the image's name stands for by then.
  [{ runAsNonRoot: true }, {}, '7:8', '7:8'],
])('%j over %j, of an image of %p: user %p', (own, ofPod, imageUser, user) => {
  expect(configOf(own, ofPod, { facts: imageUser === undefined ? {} : { imageUser } }).User).toBe(user);
});

test('no container is made on a guess of its image\'s user', () => {
  expect(() => configOf({ runAsGroup: 6 })).toThrow('nobody has looked');
});

test.each<[own: Own, needed: boolean]>([[{}, false], [{ runAsGroup: 1 }, true], [{ runAsNonRoot: true }, true], [{ runAsNonRoot: false }, false], [{ runAsUser: 1, runAsGroup: 1, runAsNonRoot: true }, false]])(
  'the user of the image matters for %j: %p',
  (own, needed) => expect(needsImageUser(own)).toBe(needed),
);

test.each<[own: Own, image: string | undefined, reason: RegExp | undefined]>([
  [{}, '', undefined],
  [{ runAsNonRoot: false }, '', undefined],
  [{ runAsNonRoot: true, runAsUser: 1 }, undefined, undefined],
  [{ runAsNonRoot: true, runAsUser: 0 }, undefined, /runAsUser is root/],
  [{ runAsNonRoot: true }, '', /image runs as root/],
  [{ runAsNonRoot: true }, '0', /image runs as root/],
  [{ runAsNonRoot: true }, '00:5', /image runs as root/],
  [{ runAsNonRoot: true }, '5', undefined],
  [{ runAsNonRoot: true }, '5:0', undefined],
  [{ runAsNonRoot: true }, 'root', /not a number \("root"\).*set runAsUser/],
  [{ runAsNonRoot: true }, 'app:5', /not a number \("app"\)/],
])('%j of an image of %p: %p', (own, imageUser, reason) => {
  expect(reasonNotToRun(own, imageUser)).toEqual(reason === undefined ? undefined : expect.stringMatching(reason));
});

test.each<[ofPod: OfPod, groups: string[] | undefined]>([
  [{}, undefined],
  [{ supplementalGroups: [] }, undefined],
  [{ supplementalGroups: [10, 20], fsGroup: 30 }, ['10', '20', '30']],
  [{ supplementalGroups: [10], fsGroup: 10 }, ['10']],
  [{ fsGroup: 0 }, ['0']],
])('groups of %j', (ofPod, groups) => {
  expect(hostConfigOf({}, ofPod).GroupAdd).toEqual(groups);
});

test.each<[capabilities: NonNullable<Own['capabilities']>, expected: Pick<HostConfig, 'CapAdd' | 'CapDrop'>]>([
  [{}, {}],
  [{ add: ['NET_ADMIN', 'cap_sys_time'], drop: ['CAP_CHOWN'] }, { CapAdd: ['NET_ADMIN', 'SYS_TIME'], CapDrop: ['CHOWN'] }],
  [{ drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, { CapAdd: ['NET_BIND_SERVICE'], CapDrop: ['ALL'] }],
  [{ drop: ['KILL', 'all'] }, { CapDrop: ['ALL'] }],
  [{ add: ['ALL'], drop: ['SYS_ADMIN'] }, { CapAdd: ['ALL'], CapDrop: ['SYS_ADMIN'] }],
  // The engine would give it everything.
  [{ add: ['ALL', 'CHOWN'], drop: ['ALL'] }, { CapAdd: ['CHOWN'], CapDrop: ['ALL'] }],
])('capabilities %j', (capabilities, expected) => {
  const { CapAdd, CapDrop } = hostConfigOf({ capabilities });
  expect({ ...(CapAdd && { CapAdd }), ...(CapDrop && { CapDrop }) }).toEqual(expected);
});

const ASKED: Own[] = [{ allowPrivilegeEscalation: true }, { privileged: true }, { capabilities: { add: ['SYS_ADMIN'] } }];
const BARRED: Own[] = [{ allowPrivilegeEscalation: false }, { allowPrivilegeEscalation: false, runAsUser: 5 }];
const lenient: NodeTraits = { ...NODE, policy: { ...NODE.policy, podSecurity: { ...DEFAULT_POD_SECURITY, noNewPrivileges: false } } };
test.each<[node: string, traits: NodeTraits, own: Own, barred: boolean]>([
  ...ASKED.map((own): [string, NodeTraits, Own, boolean] => ['by default', NODE, own, false]),
  ...[{}, ...BARRED].map((own): [string, NodeTraits, Own, boolean] => ['by default', NODE, own, true]),
  ...[{}, ...ASKED].map((own): [string, NodeTraits, Own, boolean] => ['as on a kubelet', lenient, own, false]),
  ...BARRED.map((own): [string, NodeTraits, Own, boolean] => ['as on a kubelet', lenient, own, true]),
])('P47 %s: %3$j', (_name, node, own, barred) => {
  expect((hostConfigOf(own, {}, { node }).SecurityOpt ?? []).includes('no-new-privileges')).toBe(barred);
});

const PROFILE = '{"defaultAction":"SCMP_ACT_ALLOW"}';
const local = { type: 'Localhost', localhostProfile: 'mine' };
test.each<[own: Own, ofPod: OfPod, expected: string[]]>([
  [{}, { seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'RuntimeDefault' } }, []],
  [{}, { seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } }, ['seccomp=unconfined', 'apparmor=unconfined']],
  [{ seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'RuntimeDefault' } }, { seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } }, []],
  [{ seccompProfile: local }, { appArmorProfile: local }, [`seccomp=${PROFILE}`, 'apparmor=mine']],
  [{}, { seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0:c1,c2' } }, ['label=user:u', 'label=role:r', 'label=type:t', 'label=level:s0:c1,c2']],
  [{ seLinuxOptions: { level: 's0' } }, { seLinuxOptions: { type: 't' } }, ['label=level:s0']],
])('P49, P50: %j over %j', (own, ofPod, expected) => {
  expect(hostConfigOf({ ...own, allowPrivilegeEscalation: true }, ofPod, { facts: { seccompProfile: PROFILE } }).SecurityOpt ?? []).toEqual(expected);
});

test('AppArmor by annotation is for the container that it names, and gives way to its field', () => {
  const main: Container = { name: 'main', image: 'busybox', securityContext: { allowPrivilegeEscalation: true } };
  const record = recordOf([main]);
  const annotated = (annotations: Record<string, string>, own: Own = {}): unknown => {
    const pod = { ...record.pod, metadata: { ...record.pod.metadata, annotations } };
    return toContainerConfig({ ...record, pod }, { ...main, securityContext: { ...main.securityContext, ...own } }, { id: 's', shared: false }, NODE).HostConfig?.SecurityOpt;
  };
  const key = 'container.apparmor.security.beta.kubernetes.io/';
  expect(annotated({ [`${key}main`]: 'localhost/mine' })).toEqual(['apparmor=mine']);
  expect(annotated({ [`${key}main`]: 'unconfined' })).toEqual(['apparmor=unconfined']);
  expect(annotated({ [`${key}other`]: 'unconfined', [`${key}main`]: 'runtime/default' })).toBeUndefined();
  expect(annotated({ [`${key}main`]: 'unconfined' }, { appArmorProfile: { type: 'RuntimeDefault' } })).toBeUndefined();
});

test('P46: a privileged container', () => {
  expect(hostConfigOf({ privileged: true })).toMatchObject({ Privileged: true });
  expect(hostConfigOf({ privileged: true })).not.toHaveProperty('SecurityOpt');
  expect(hostConfigOf({ privileged: false })).not.toHaveProperty('Privileged');
});

test('P48: a root that is only read', () => {
  expect(hostConfigOf({ readOnlyRootFilesystem: true }).ReadonlyRootfs).toBe(true);
  expect(hostConfigOf({ readOnlyRootFilesystem: false })).not.toHaveProperty('ReadonlyRootfs');
});

test('P51: a bare /proc', () => {
  expect(hostConfigOf({ procMount: 'Unmasked' })).toMatchObject({ MaskedPaths: [], ReadonlyPaths: [] });
  expect(hostConfigOf({ procMount: 'Default' })).not.toHaveProperty('MaskedPaths');
});

describe('namespaces', () => {
  const sysctls = { sysctls: [{ name: 'net/core/somaxconn', value: '100' }, { name: 'kernel.sem', value: '1 2 3 4' }] };
  const Sysctls = { 'net.core.somaxconn': '100', 'kernel.sem': '1 2 3 4' };
  const sandboxOf = (more: Partial<PodSpec>, node = NODE): HostConfig => toSandboxConfig(recordOf([{ name: 'main' }], more), node, 'sandbox:1', []).HostConfig ?? {};

  test('P51: kernel settings are set on their owner', () => {
    expect(hostConfigOf({}, sysctls).Sysctls).toEqual(Sysctls);
    expect(sandboxOf({ securityContext: sysctls })).not.toHaveProperty('Sysctls');
    const shared = { securityContext: sysctls, shareProcessNamespace: true };
    expect(hostConfigOf({}, {}, { more: shared, shared: true })).not.toHaveProperty('Sysctls');
    expect(sandboxOf(shared).Sysctls).toEqual(Sysctls);
  });

  test('P75: processes are shared where the pod says so', () => {
    expect(hostConfigOf({}, {}, { more: { shareProcessNamespace: true }, shared: true })).toMatchObject({ PidMode: 'container:sandbox-id', IpcMode: 'container:sandbox-id', NetworkMode: 'container:sandbox-id' });
    expect(hostConfigOf({}, {}, { shared: true })).not.toHaveProperty('PidMode');
  });

  test.each<[shared: boolean]>([[false], [true]])('P54: the host\'s, of a pod that shares %p', (shared) => {
    const more = { hostPID: true, hostIPC: true };
    expect(hostConfigOf({}, {}, { more, shared })).toMatchObject({ PidMode: 'host', IpcMode: 'host', NetworkMode: shared ? 'container:sandbox-id' : 'interlink_node_team' });
    expect(hostConfigOf({}, {}, { more, shared })).not.toHaveProperty('UsernsMode');
    expect(sandboxOf({ ...more, shareProcessNamespace: shared })).not.toHaveProperty('PidMode');
  });

  test('P52: on an engine that maps users, what is the host\'s is not mapped', () => {
    const node = { ...NODE, abilities: { ...NODE.abilities, securityOptions: [{ name: 'userns' }] } };
    expect(hostConfigOf({}, {}, { node, more: { hostPID: true } }).UsernsMode).toBe('host');
    expect(hostConfigOf({}, {}, { node, more: { hostNetwork: true } }).UsernsMode).toBe('host');
    expect(sandboxOf({ hostNetwork: true, shareProcessNamespace: true }, node).UsernsMode).toBe('host');
    expect(sandboxOf({ shareProcessNamespace: true }, node)).not.toHaveProperty('UsernsMode');
    expect(hostConfigOf({ privileged: true }, {}, { node }).UsernsMode).toBe('host');
    expect(hostConfigOf({}, {}, { node, more: { hostUsers: false } })).not.toHaveProperty('UsernsMode');
  });

  test('P53: the class\'s runtime is the sandbox\'s and every container\'s', () => {
    const node = { ...NODE, policy: { ...NODE.policy, podSecurity: { ...DEFAULT_POD_SECURITY, runtimeClasses: { gvisor: 'runsc' } } } };
    for (const [runtimeClassName, Runtime] of [['gvisor', 'runsc'], ['crun', 'crun'], ['constructor', 'constructor']]) {
      expect(hostConfigOf({}, {}, { node, more: { runtimeClassName } as Partial<PodSpec> }).Runtime).toBe(Runtime);
      expect(sandboxOf({ runtimeClassName } as Partial<PodSpec>, node).Runtime).toBe(Runtime);
    }
    expect(hostConfigOf({}, {}, { node })).not.toHaveProperty('Runtime');
  });

  test('P50: the sandbox carries the pod\'s label', () => {
    expect(sandboxOf({ securityContext: { seLinuxOptions: { level: 's0:c5' } } }).SecurityOpt).toEqual(['no-new-privileges', 'label=level:s0:c5']);
  });
});
