import { checkPodSecurity } from '../../../../src/docker/admission/pod-security.js';
import { DEFAULT_POD_SECURITY, type PodSecurityLevel, type PodSecurityPolicy } from '../../../../src/docker/node/index.js';
import type { Pod } from '../../../../src/kube/index.js';
import { podOf } from './pods.js';

const LEVELS: readonly PodSecurityLevel[] = ['privileged', 'baseline', 'restricted'];

/** Fields that are over a level. */
function overIn(pod: Pod, level: PodSecurityLevel, allowed: Partial<PodSecurityPolicy['allowed']> = {}): string[] {
  const findings = [...checkPodSecurity(pod, { ...DEFAULT_POD_SECURITY, level, allowed: { ...DEFAULT_POD_SECURITY.allowed, ...allowed } })];
  expect(findings.every(({ kind, message }) => kind === 'Forbidden' && message.includes(`over the level ${level} of this node`))).toBe(true);
  return findings.map(({ message }) => message.slice(0, message.indexOf(': ')));
}

/** What passes at every level. */
const HARDENED = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const OWN = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

type Fields = Record<string, unknown>;

/** A pod that is over no level but for what is said here. */
function hardened(spec: Fields = {}, own: Fields = {}, container: Fields = {}): Pod {
  const { securityContext, ...rest } = spec;
  return podOf({ securityContext: { ...HARDENED, ...(securityContext as Fields) }, ...rest }, { securityContext: { ...OWN, ...own }, ...container });
}

const C = 'pod.spec.containers[0]';
const ADDED = { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } };
const container = (more: Fields) => ({ name: 'x', image: 'x', securityContext: OWN, ...more });

// Refused at `baseline` and at `restricted`, nowhere at `privileged`.
test.each<[name: string, pod: Pod, field: string]>([
  ['the network of the host', hardened({ hostNetwork: true }), 'pod.spec.hostNetwork'],
  ['the processes of the host', hardened({ hostPID: true }), 'pod.spec.hostPID'],
  ['the IPC of the host', hardened({ hostIPC: true }), 'pod.spec.hostIPC'],
  ['a privileged container', hardened({}, { privileged: true }), `${C}.securityContext.privileged`],
  ['a privileged init container', hardened({ initContainers: [container({ securityContext: { ...OWN, privileged: true } })] }), 'pod.spec.initContainers[0].securityContext.privileged'],
  ['a privileged ephemeral container', hardened({ ephemeralContainers: [container({ securityContext: { ...OWN, privileged: true } })] }), 'pod.spec.ephemeralContainers[0].securityContext.privileged'],
  ['NET_RAW', hardened({}, { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }), `${C}.securityContext.capabilities.add[0]`],
  ['SYS_ADMIN', hardened({}, { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'SYS_ADMIN'] } }), `${C}.securityContext.capabilities.add[1]`],
  ['CAP_SYS_ADMIN', hardened({}, { capabilities: { drop: ['ALL'], add: ['CAP_SYS_ADMIN'] } }), `${C}.securityContext.capabilities.add[0]`],
  ['all capabilities', hardened({}, { capabilities: { drop: ['ALL'], add: ['ALL'] } }), `${C}.securityContext.capabilities.add[0]`],
  ['a directory of the host', hardened({ volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }), 'pod.spec.volumes[0].hostPath'],
  ['a port of the host', hardened({}, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }), `${C}.ports[0].hostPort`],
  ['no AppArmor', hardened({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }), 'pod.spec.securityContext.appArmorProfile.type'],
  ['no AppArmor for a container', hardened({}, { appArmorProfile: { type: 'Unconfined' } }), `${C}.securityContext.appArmorProfile.type`],
  ['a type of SELinux', hardened({ securityContext: { seLinuxOptions: { type: 'spc_t' } } }), 'pod.spec.securityContext.seLinuxOptions.type'],
  ['a user of SELinux', hardened({}, { seLinuxOptions: { user: 'system_u' } }), `${C}.securityContext.seLinuxOptions.user`],
  ['a role of SELinux', hardened({}, { seLinuxOptions: { role: 'sysadm_r' } }), `${C}.securityContext.seLinuxOptions.role`],
  ['a bare /proc', hardened({}, { procMount: 'Unmasked' }), `${C}.securityContext.procMount`],
  ['no seccomp', hardened({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 'pod.spec.securityContext.seccompProfile.type'],
  ['no seccomp for a container', hardened({}, { seccompProfile: { type: 'Unconfined' } }), `${C}.securityContext.seccompProfile.type`],
  ['a setting of the kernel', hardened({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }, { name: 'kernel.msgmax', value: '1' }] } }), 'pod.spec.securityContext.sysctls[1].name'],
  ['one of the network', hardened({ securityContext: { sysctls: [{ name: 'net/core/somaxconn', value: '1' }] } }), 'pod.spec.securityContext.sysctls[0].name'],
  ['a probe of another host', hardened({}, {}, { livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } }), `${C}.livenessProbe.httpGet.host`],
  ['a connection to another host', hardened({}, {}, { readinessProbe: { tcpSocket: { host: '10.0.0.1', port: 80 } } }), `${C}.readinessProbe.tcpSocket.host`],
  ['a startup probe of another host', hardened({}, {}, { startupProbe: { httpGet: { host: 'localhost', port: 80 } } }), `${C}.startupProbe.httpGet.host`],
  ['a hook on another host', hardened({}, {}, { lifecycle: { preStop: { httpGet: { host: '10.0.0.1', port: 80 } } } }), `${C}.lifecycle.preStop.httpGet.host`],
  ['a first hook on another host', hardened({}, {}, { lifecycle: { postStart: { tcpSocket: { host: '10.0.0.1', port: 80 } } } }), `${C}.lifecycle.postStart.tcpSocket.host`],
])('%s is over baseline', (_name, pod, field) => {
  expect(LEVELS.map((level) => overIn(pod, level))).toEqual([[], [field], [field]]);
});

// Refused at `restricted` alone.
test.each<[name: string, pod: Pod, fields: string[]]>([
  ['a pod that says nothing', podOf(), ['capabilities.drop', 'runAsNonRoot', 'seccompProfile', 'allowPrivilegeEscalation'].map((field) => `${C}.securityContext.${field}`)],
  ['CHOWN', hardened({}, { capabilities: { drop: ['ALL'], add: ['CHOWN'] } }), [`${C}.securityContext.capabilities.add[0]`]],
  ['dropping a few only', hardened({}, { capabilities: { drop: ['NET_RAW', 'CHOWN'] } }), [`${C}.securityContext.capabilities.drop`]],
  ['dropping nothing', hardened({}, { capabilities: undefined }), [`${C}.securityContext.capabilities.drop`]],
  ['escalation', hardened({}, { allowPrivilegeEscalation: true }), [`${C}.securityContext.allowPrivilegeEscalation`]],
  ['escalation of an init container', hardened({ initContainers: [container({ securityContext: { capabilities: OWN.capabilities } })] }), ['pod.spec.initContainers[0].securityContext.allowPrivilegeEscalation']],
  ['root for the pod', hardened({ securityContext: { runAsUser: 0 } }), ['pod.spec.securityContext.runAsUser']],
  ['root for a container', hardened({}, { runAsUser: 0 }), [`${C}.securityContext.runAsUser`]],
  ['that a container may be root', hardened({}, { runAsNonRoot: false }), [`${C}.securityContext.runAsNonRoot`]],
  ['that a pod may be root, its container not', hardened({ securityContext: { runAsNonRoot: false } }, { runAsNonRoot: true }), ['pod.spec.securityContext.runAsNonRoot']],
  ['nobody who says that it is not root', hardened({ securityContext: { runAsNonRoot: undefined } }), [`${C}.securityContext.runAsNonRoot`]],
  ['no profile', hardened({ securityContext: { seccompProfile: undefined } }), [`${C}.securityContext.seccompProfile`]],
  ['a volume of NFS', hardened({ volumes: [{ name: 'v', nfs: { server: 'x', path: '/' } }] }), ['pod.spec.volumes[0].nfs']],
  ['a volume of an image', hardened({ volumes: [{ name: 'v', image: {} }] }), ['pod.spec.volumes[0].image']],
  ['a volume of a repository', hardened({ volumes: [{ name: 'a', emptyDir: {} }, { name: 'v', gitRepo: { repository: 'x' } }] }), ['pod.spec.volumes[1].gitRepo']],
])('%s is over restricted', (_name, pod, fields) => {
  expect(LEVELS.map((level) => overIn(pod, level))).toEqual([[], [], fields]);
});

test.each<[name: string, pod: Pod]>([
  ['a hardened pod', hardened()],
  ['false in the place of nothing', hardened({ hostNetwork: false, hostPID: false, hostIPC: false }, { privileged: false, procMount: 'Default' })],
  ['NET_BIND_SERVICE', hardened({}, ADDED)],
  ['capabilities in another spelling', hardened({}, { capabilities: { drop: ['all'], add: ['cap_net_bind_service'] } })],
  ['what a container says for itself', podOf({}, { securityContext: { ...OWN, ...HARDENED } })],
  ['a profile of the host', hardened({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'x.json' }, appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } } })],
  ['a label of SELinux', hardened({ securityContext: { seLinuxOptions: { type: 'container_t', level: 's0:c1,c2' } } })],
  ['a type of SELinux for engines', hardened({}, { seLinuxOptions: { type: 'container_engine_t' } })],
  ['safe settings of the kernel', hardened({ securityContext: { sysctls: ['kernel.shm_rmid_forced', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.ip_local_reserved_ports'].map((name) => ({ name, value: '1' })) } })],
  ['probes and hooks of its own', hardened({}, {}, { livenessProbe: { httpGet: { port: 80, host: '' } }, lifecycle: { preStop: { exec: { command: ['x'] } } } })],
  ['a port that is not of the host', hardened({}, {}, { ports: [{ containerPort: 80, hostPort: 0 }] })],
  ['volumes that come from the cluster', hardened({ volumes: ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'].map((kind) => ({ name: 'v', [kind]: {} })) })],
  ['any user but root', hardened({ securityContext: { runAsUser: 1 } }, { runAsUser: 65534 })],
])('%s is over no level', (_name, pod) => {
  expect(LEVELS.map((level) => overIn(pod, level))).toEqual([[], [], []]);
});

const KEY = 'container.apparmor.security.beta.kubernetes.io/main';
test.each<[value: string, fields: string[]]>([
  ['runtime/default', []],
  ['localhost/mine', []],
  ['', []],
  ['unconfined', [`pod.metadata.annotations["${KEY}"]`]],
])('AppArmor by annotation: %p', (value, fields) => {
  const pod = hardened();
  expect(overIn({ ...pod, metadata: { ...pod.metadata, annotations: { [KEY]: value, other: 'unconfined' } } }, 'baseline')).toEqual(fields);
});

test.each<[name: string, pod: Pod, allowed: Partial<PodSecurityPolicy['allowed']>, fields: string[]]>([
  ['a capability', hardened({}, { capabilities: { drop: ['ALL'], add: ['cap_net_raw', 'SYS_TIME'] } }), { capabilities: ['NET_RAW'] }, [`${C}.securityContext.capabilities.add[1]`]],
  ['a setting', hardened({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }, { name: 'kernel.msgmnb', value: '1' }] } }), { sysctls: ['kernel.msgmax'] }, ['pod.spec.securityContext.sysctls[1].name']],
  ['all settings below a name', hardened({ securityContext: { sysctls: [{ name: 'net/ipv4/tcp_mem', value: '1' }, { name: 'net.core.somaxconn', value: '1' }] } }), { sysctls: ['net.ipv4.*'] }, ['pod.spec.securityContext.sysctls[1].name']],
  ['the network of the host', hardened({ hostNetwork: true, hostPID: true }), { hostNetwork: true }, ['pod.spec.hostPID']],
  ['a range of ports', hardened({}, {}, { ports: [3000, 3001, 3099, 3100].map((hostPort) => ({ containerPort: 1, hostPort })) }), { hostPorts: { first: 3001, last: 3099 } }, [`${C}.ports[0].hostPort`, `${C}.ports[3].hostPort`]],
  ['ports on one address', hardened({}, {}, { ports: ['', '10.0.0.1', '0.0.0.0'].map((hostIP) => ({ containerPort: 1, hostPort: 80, hostIP })) }), { hostPorts: { first: 80, last: 80 }, hostAddress: '10.0.0.1' }, [`${C}.ports[2].hostIP`]],
  ['a directory', hardened({ volumes: ['/data', '/data/x/', '//data//y', '/database', '/data/../etc', '/', 'data'].map((path, index) => ({ name: `v${index}`, hostPath: { path } })) }), { hostPaths: [{ path: '/data', readOnly: false }] },
    [3, 4, 5, 6].map((index) => `pod.spec.volumes[${index}].hostPath`)],
  ['the whole host', hardened({ volumes: ['/', '/etc'].map((path, index) => ({ name: `v${index}`, hostPath: { path } })) }), { hostPaths: [{ path: '/', readOnly: false }] }, []],
])('an allow-list opens %s, at either level, and nothing else', (_name, pod, allowed, fields) => {
  expect([overIn(pod, 'baseline', allowed), overIn(pod, 'restricted', allowed)]).toEqual([fields, fields]);
});
