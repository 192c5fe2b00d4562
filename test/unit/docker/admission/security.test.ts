import { admit, requireAbilities } from '../../../../src/docker/admission/index.js';
import { DEFAULT_POD_SECURITY, type EngineAbilities, type NodeTraits } from '../../../../src/docker/node/index.js';
import { ProviderError } from '../../../../src/errors.js';
import type { Pod } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

type Fields = Record<string, unknown>;

/** A node that lets pods have all that there is. */
const OPEN: NodeTraits = { ...NODE, policy: { ...NODE.policy, podSecurity: { ...DEFAULT_POD_SECURITY, level: 'privileged', seccompProfiles: '/profiles', runtimeClasses: { gvisor: 'runsc' } } } };

function refusalOf(check: () => unknown): ProviderError {
  try {
    check();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const ofPod = (securityContext: Fields, spec: Fields = {}): Pod => podOf({ securityContext, ...spec });
const ofContainer = (securityContext: Fields): Pod => podOf({}, { securityContext });
const sysctl = (...names: unknown[]): Fields => ({ sysctls: names.map((name) => ({ name, value: '1' })) });

test.each<[field: string, pod: Pod]>([
  ['securityContext.runAsUser', ofPod({ runAsUser: -1 })],
  ['securityContext.runAsGroup', ofPod({ runAsGroup: 2 ** 31 })],
  ['securityContext.supplementalGroups[1]', ofPod({ supplementalGroups: [1, 1.5] })],
  ['securityContext.supplementalGroupsPolicy', ofPod({ supplementalGroupsPolicy: 'Some' })],
  ['securityContext.supplementalGroupsPolicy', ofPod({ supplementalGroupsPolicy: 'Strict', runAsUser: 1 })],
  ['securityContext.sysctls[0].name', ofPod(sysctl('../x'))],
  ['securityContext.sysctls[0].name', ofPod(sysctl('vm.swappiness'))],
  ['securityContext.sysctls[0].name', ofPod(sysctl('kernel.shm_other'))],
  ['securityContext.sysctls[1].name', ofPod(sysctl('net.core.somaxconn', 'net/core/somaxconn'))],
  ['securityContext.sysctls[0].name', ofPod(sysctl('kernel.msgmax'), { hostIPC: true })],
  ['securityContext.sysctls[0].value', ofPod({ sysctls: [{ name: 'kernel.sem', value: 1 }] })],
  ['securityContext.seccompProfile.type', ofPod({ seccompProfile: { type: 'Other' } })],
  ['securityContext.seccompProfile.localhostProfile', ofPod({ seccompProfile: { type: 'Localhost' } })],
  ['securityContext.seccompProfile.localhostProfile', ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: '/etc/shadow' } })],
  ['securityContext.seccompProfile.localhostProfile', ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'a/../../x' } })],
  ['securityContext.seccompProfile.localhostProfile', ofPod({ seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'x' } })],
  // A way around the level `baseline`, which lets profiles of the host pass.
  ['securityContext.appArmorProfile.localhostProfile', ofPod({ appArmorProfile: { type: 'Localhost', localhostProfile: 'unconfined' } })],
  ['securityContext.appArmorProfile.localhostProfile', ofPod({ appArmorProfile: { type: 'Localhost', localhostProfile: ':root:unconfined' } })],
  ['securityContext.seLinuxOptions.level', ofPod({ seLinuxOptions: { level: 's0=disable' } })],
  ['shareProcessNamespace', podOf({ shareProcessNamespace: true, hostPID: true })],
  ['hostUsers', podOf({ hostUsers: false, hostPID: true })],
  ['containers[0].securityContext.runAsUser', ofContainer({ runAsUser: 'root' })],
  ['containers[0].securityContext.capabilities.add[0]', ofContainer({ capabilities: { add: ['NET'] } })],
  ['containers[0].securityContext.capabilities.drop[1]', ofContainer({ capabilities: { drop: ['ALL', 'CAP_'] } })],
  ['containers[0].securityContext.procMount', ofContainer({ procMount: 'None' })],
  ['containers[0].securityContext.allowPrivilegeEscalation', ofContainer({ allowPrivilegeEscalation: false, privileged: true })],
  ['containers[0].securityContext.allowPrivilegeEscalation', ofContainer({ allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } })],
  ['ephemeralContainers: a pod', podOf({ ephemeralContainers: [{ name: 'x', image: 'x' }] })],
  ['initContainers[0].securityContext.runAsUser', podOf({ initContainers: [{ name: 'x', image: 'x', securityContext: { runAsUser: -1 } }] })],
])('pod.spec.%s is not a value: %#', (field, pod) => {
  const { kind, message } = refusalOf(() => admit(pod, OPEN));
  expect([kind, message.startsWith(`pod.spec.${field}`)]).toEqual(['InvalidPod', true]);
});

test('P10: a name comes twice, whatever the containers are', () => {
  const { message } = refusalOf(() => admit(podOf({ initContainers: [{ name: 'a', image: 'x' }, { name: 'main', image: 'x' }], ephemeralContainers: [{ name: 'a', image: 'x' }] }), OPEN));
  expect(message).toContain('pod.spec.containers[0].name: "main" comes twice');
  expect(message).toContain('pod.spec.ephemeralContainers[0].name: "a" comes twice');
});

test.each<[pod: Pod]>([
  [ofPod({ runAsUser: 0, runAsGroup: 2 ** 31 - 1, supplementalGroups: [0, 5], runAsNonRoot: true, supplementalGroupsPolicy: 'Merge', fsGroupChangePolicy: 'OnRootMismatch' })],
  [podOf({ securityContext: { supplementalGroupsPolicy: 'Strict' } }, { securityContext: { runAsGroup: 5 } })],
  [ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'a/b.json' }, appArmorProfile: { type: 'Unconfined' }, seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0:c1.c3,c5' } })],
  [ofPod(sysctl('net.ipv4.conf.eth0/1.forwarding', 'net/core/somaxconn', 'fs.mqueue.msg_max', 'kernel.sem'))],
  [ofContainer({ privileged: true, procMount: 'Unmasked', readOnlyRootFilesystem: true, capabilities: { add: ['ALL'], drop: ['cap_chown', 'CHECKPOINT_RESTORE'] } })],
  [podOf({ hostPID: true, hostIPC: true, hostUsers: true, runtimeClassName: 'gvisor' })],
  [podOf({ hostUsers: false, shareProcessNamespace: true })],
])('where all is allowed these pass in silence: %j', (pod) => {
  expect(admit(pod, OPEN).warnings).toEqual([]);
});

test('what is over the level is forbidden, beside what is wrong', () => {
  const { kind, message } = refusalOf(() => admit(podOf({ hostPID: true, restartPolicy: 'Sometimes' }), NODE));
  expect(kind).toBe('Forbidden');
  expect(message).toContain('pod.spec.restartPolicy: ');
  expect(message).toContain('pod.spec.hostPID: over the level baseline of this node: ');
});

describe('what the engine must have', () => {
  const ABLE: Partial<EngineAbilities> = {
    runtimes: ['runc', 'runsc'],
    securityOptions: [{ name: 'seccomp', profile: 'default' }, { name: 'apparmor' }, { name: 'selinux' }, { name: 'userns' }],
  };
  const over = (abilities: Partial<EngineAbilities>): NodeTraits => ({ ...OPEN, abilities: { ...OPEN.abilities, ...abilities } });
  const annotated: Pod = { ...podOf(), metadata: { ...podOf().metadata, annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'localhost/mine' } } };

  test.each<[pod: Pod, field: string]>([
    [podOf({ runtimeClassName: 'gvisor' }), 'pod.spec.runtimeClassName: "gvisor" is the runtime "runsc"'],
    [podOf({ runtimeClassName: 'runsc' }), 'pod.spec.runtimeClassName'],
    [podOf({ hostUsers: false }), 'pod.spec.hostUsers'],
    [ofPod({ appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' } }), 'pod.spec.securityContext.appArmorProfile'],
    [annotated, 'pod.metadata.annotations'],
    [ofContainer({ seLinuxOptions: { level: 's0' } }), 'pod.spec.containers[0].securityContext.seLinuxOptions'],
    [ofPod({ seccompProfile: { type: 'RuntimeDefault' } }), 'pod.spec.securityContext.seccompProfile'],
    [ofContainer({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }), 'pod.spec.containers[0].securityContext.seccompProfile'],
  ])('%j', (pod, field) => {
    expect(() => requireAbilities(pod, over(ABLE))).not.toThrow();
    const { kind, message } = refusalOf(() => requireAbilities(pod, over({ runtimes: ['runc'] })));
    expect([kind, message.startsWith(field)]).toEqual(['InvalidPod', true]);
  });

  test('a node without profiles has none for a pod', () => {
    const bare = { ...NODE, abilities: { ...NODE.abilities, ...ABLE } };
    expect(() => requireAbilities(ofContainer({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }), bare)).toThrow(/^pod\.spec\.containers\[0\]\.securityContext\.seccompProfile\.localhostProfile: .*PodSecurity\.SeccompProfiles/);
  });

  test('a default profile that confines nothing is none', () => {
    const open = over({ securityOptions: [{ name: 'seccomp', profile: 'unconfined' }] });
    expect(() => requireAbilities(ofPod({ seccompProfile: { type: 'RuntimeDefault' } }), open)).toThrow(/^pod\.spec\.securityContext\.seccompProfile: /);
    expect(() => requireAbilities(ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }), open)).not.toThrow();
  });

  test.each<[pod: Pod]>([
    [podOf()],
    [ofPod({ appArmorProfile: { type: 'RuntimeDefault' }, seLinuxOptions: {} })],
    [ofContainer({ appArmorProfile: { type: 'Unconfined' }, seccompProfile: { type: 'Unconfined' } })],
    [podOf({ hostUsers: true, runtimeClassName: '' })],
  ])('any engine will do for %j', (pod) => {
    expect(() => requireAbilities(pod, over({}))).not.toThrow();
  });
});
