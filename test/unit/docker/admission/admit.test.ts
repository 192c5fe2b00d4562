import { admit } from '../../../../src/docker/admission/index.js';
import { ProviderError } from '../../../../src/errors.js';
import type { Pod } from '../../../../src/kube/index.js';
import { NODE } from '../this-node.js';
import { capturedPod, podOf } from './pods.js';

function refusalOf(pod: Pod): ProviderError {
  try {
    admit(pod, NODE);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('the pod was admitted');
}

test.each<[name: string, warned: string[]]>([
  ['create-quickstart', []],
  ['create-multi', []],
  ['create-failing', []],
  ['create-initfailing', []],
  ['create-longrun', []],
  ['create-waiting', []],
  ['create-full', ['pod.spec.dnsConfig.searches: ']],
  ['create-full-skipdownward', ['pod.spec.dnsConfig.searches: ']],
])('the captured %s is admitted', (name, warned) => {
  expect(admit(capturedPod(name), NODE).warnings).toEqual(warned.map((path) => expect.stringContaining(path) as unknown));
});

test.each<[name: string, fields: string[]]>([
  ['create-gpu', ['pod.spec.containers[0].resources.limits["nvidia.com/gpu"]: ']],
])('the captured %s is refused by name', (name, fields) => {
  const { kind, message } = refusalOf(capturedPod(name));
  expect(kind).toBe('InvalidPod');
  for (const field of fields) expect(message).toContain(field);
});

test.each<[spec: Record<string, unknown>, container: Record<string, unknown>]>([
  [{ securityContext: {}, dnsPolicy: 'ClusterFirst', enableServiceLinks: true, restartPolicy: 'Always', terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler', preemptionPolicy: 'PreemptLowerPriority', priority: 0 },
    { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'Always', resources: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] }],
  [{ hostNetwork: false, hostPID: false, hostIPC: false, shareProcessNamespace: false, setHostnameAsFQDN: false, hostUsers: true, automountServiceAccountToken: true, os: { name: 'linux' } },
    { securityContext: {}, stdin: false, tty: false, lifecycle: {}, volumeDevices: [] }],
  [{ hostname: 'db', subdomain: '', hostAliases: [], dnsConfig: {}, ephemeralContainers: null, overhead: {}, activeDeadlineSeconds: null, initContainers: null, volumes: null, resources: {} },
    { env: null, envFrom: [], command: null, livenessProbe: null, resources: { limits: null, requests: { cpu: '1', memory: '1Gi' }, claims: [] }, resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }],
  [{ tolerations: [{ operator: 'Exists' }], nodeSelector: { a: 'b' }, affinity: { nodeAffinity: {} }, topologySpreadConstraints: [{ maxSkew: 1 }], schedulingGates: [{ name: 'x' }], priorityClassName: 'high', workloadRef: { name: 'w' } },
    { securityContext: { privileged: false, allowPrivilegeEscalation: true, readOnlyRootFilesystem: false, runAsNonRoot: false, capabilities: { add: [], drop: null }, procMount: 'Default', seccompProfile: { type: 'RuntimeDefault' } } }],
  [{ volumes: [{ name: 'a' }, { name: 'b', emptyDir: {} }, { name: 'c', configMap: { name: 'x', defaultMode: 420, items: [{ key: 'k', path: 'p', mode: 256 }] } }, { name: 'd', secret: { secretName: 's', optional: true } },
    { name: 'e', projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', audience: 'x', expirationSeconds: 3607 } }, { secret: { name: 's' } }] } },
    { name: 'f', downwardAPI: { items: [{ path: 'l', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }] } }] },
    { volumeMounts: [{ name: 'a', mountPath: '/a', readOnly: true, mountPropagation: 'None', recursiveReadOnly: 'Disabled', subPath: '' }, { name: 'b', mountPath: '/a/b' }] }],
])('what asks for nothing special passes in silence: %#', (spec, container) => {
  expect(admit(podOf(spec, container), NODE).warnings).toEqual([]);
});

test.each<[spec: Record<string, unknown>, container: Record<string, unknown>, warning: string]>([
  [{ imagePullSecrets: [{ name: 'login' }] }, {}, 'pod.spec.imagePullSecrets[0]: the Secret did not come with the pod'],
  [{ readinessGates: [{ conditionType: 'x' }] }, {}, 'pod.spec.readinessGates: '],
  [{ priority: 1000 }, {}, 'pod.spec.priority: '],
  [{}, { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] }, 'pod.spec.containers[0].resizePolicy: '],
  [{}, { resources: { requests: { 'ephemeral-storage': '1Gi' } } }, 'pod.spec.containers[0].resources.requests["ephemeral-storage"]: '],
  [{ novelty: 1 }, {}, 'pod.spec.novelty: this plugin does not know the field'],
  [{}, { ['a"b']: {} }, 'pod.spec.containers[0]["a\\"b"]: '],
  [{}, { constructor: {} }, 'pod.spec.containers[0].constructor: '],
])('accepted with a word: %j %j', (spec, container, warning) => {
  expect(admit(podOf(spec, container), NODE).warnings).toEqual([expect.stringContaining(warning)]);
});

test('requests of disk are counted where the operator lends some, without a word', () => {
  const lending = { ...NODE, policy: { ...NODE.policy, resources: { ...NODE.policy.resources, ephemeralStorageBytes: 2 ** 30 } } };
  expect(admit(podOf({}, { resources: { requests: { 'ephemeral-storage': '1Gi' } } }), lending).warnings).toEqual([]);
});

test('a strict node refuses what would be accepted with a word', () => {
  const strict = { ...NODE, policy: { ...NODE.policy, strict: true } };
  expect(() => admit(podOf({ novelty: 1 }), strict)).toThrow(/^pod\.spec\.novelty: /);
});

const PROBE = { exec: { command: ['true'] } };
const TCP = { tcpSocket: { port: 80 } };
test.each<[field: string, spec: Record<string, unknown>, kind?: string]>([
  ['activeDeadlineSeconds', { activeDeadlineSeconds: 0 }],
  ['activeDeadlineSeconds', { activeDeadlineSeconds: 2 ** 31 }],
  ['ephemeralContainers', { ephemeralContainers: [{ name: 'x' }] }],
  ['hostIPC', { hostIPC: true }, 'Forbidden'],
  ['hostNetwork', { hostNetwork: true }, 'Forbidden'],
  ['hostPID', { hostPID: true }, 'Forbidden'],
  ['os.name', { os: { name: 'windows' } }],
  ['overhead.cpu', { overhead: { cpu: 'x' } }],
  ['resourceClaims', { resourceClaims: [{ name: 'x' }] }],
  ['resources.limits["nvidia.com/gpu"]', { resources: { limits: { 'nvidia.com/gpu': '1' } } }],
  ['resources.limits.cpu', { resources: { limits: { cpu: 'x' } } }],
  ['resources.limits.memory', { resources: { limits: { memory: '5Mi' } } }],
  ['resources.requests.cpu', { resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }],
  ['resources.claims', { resources: { claims: [{ name: 'x' }] } }],
  ['securityContext.fsGroupChangePolicy', { securityContext: { fsGroupChangePolicy: 'Never' } }],
  ['volumes[0].projected.sources[1].clusterTrustBundle', { volumes: [{ name: 'v', projected: { sources: [{}, { clusterTrustBundle: {} }] } }] }],
  ['volumes[0].downwardAPI.items[0].fieldRef.apiVersion', { volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'p', fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } }] } }] }],
  ['volumes[0].ephemeral.volumeClaimTemplate', { volumes: [{ name: 'v', ephemeral: {} }] }],
  ['volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests.storage', { volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '-1Gi' } } } } } }] }],
  ['volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource', { volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: { dataSource: { kind: 'VolumeSnapshot', name: 's' }, resources: { requests: { storage: '1Gi' } } } } } }] }],
  ['volumes[0].ephemeral.volumeClaimTemplate.spec.volumeMode', { volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: { volumeMode: 'Block', resources: { requests: { storage: '1Gi' } } } } } }] }],
  ['volumes[0].rbd', { volumes: [{ name: 'v', rbd: {} }] }],
  ['volumes[0]["novelty"]', { volumes: [{ name: 'v', novelty: {} }] }],
  ['volumes[0]', { volumes: [{ name: 'v', emptyDir: {}, secret: { secretName: 's' } }] }],
  ['volumes[0].secret.defaultMode', { volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 0o1777 } }] }],
  ['volumes[0].projected.sources[0].configMap.items[0].mode', { volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'c', items: [{ key: 'a', path: 'b', mode: -1 }] } }] } }] }],
  ['volumes[1].name', { volumes: [{ name: 'v' }, { name: 'v' }] }],
  ['initContainers[0].name', { initContainers: [{ name: 'A', image: 'x' }] }],
  ['containers[0].name', { initContainers: [{ name: 'main', image: 'x' }] }],
  ['initContainers[0].restartPolicy', { initContainers: [{ name: 'a', image: 'x', restartPolicy: 'Sometimes' }] }],
  ['initContainers[0].livenessProbe', { initContainers: [{ name: 'a', image: 'x', livenessProbe: PROBE }] }],
  ['hostname', { hostname: 'Not_A_Label' }],
  ['restartPolicy', { restartPolicy: 'Sometimes' }],
  ['terminationGracePeriodSeconds', { terminationGracePeriodSeconds: -1 }],
  ['containers', { containers: [] }],
])('pod.spec.%s: %j is refused', (field, spec, kind = 'InvalidPod') => {
  const error = refusalOf(podOf(spec));
  expect(error.message.startsWith(`pod.spec.${field}: `)).toBe(true);
  expect(error.kind).toBe(kind);
});

const VOLUMES = [{ name: 'v' }, { name: 'w' }, { name: 'e', emptyDir: {} }];
test.each<[field: string, container: Record<string, unknown>, kind?: string]>([
  ['env[1].valueFrom.fileKeyRef.volumeName', { env: [{ name: 'A' }, { name: 'B', valueFrom: { fileKeyRef: { volumeName: 'gone', path: 'p', key: 'k' } } }] }],
  ['env[0].valueFrom.fileKeyRef.volumeName', { env: [{ name: 'B', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } } }] }],
  ...['', '/p', '../p', 'a/../p', 'a/', 'p\0'].map((path): [string, Record<string, unknown>] => ['env[0].valueFrom.fileKeyRef.path', { env: [{ name: 'B', valueFrom: { fileKeyRef: { volumeName: 'e', path, key: 'k' } } }] }]),
  ...['', 'a=b', 'ü'].map((key): [string, Record<string, unknown>] => ['env[0].valueFrom.fileKeyRef.key', { env: [{ name: 'B', valueFrom: { fileKeyRef: { volumeName: 'e', path: 'p', key } } }] }]),
  ['env[0].valueFrom.fileKeyRef', { env: [{ name: 'B', value: 'x', valueFrom: { fileKeyRef: { volumeName: 'e', path: 'p', key: 'k' } } }] }],
  ['env[0].valueFrom.fieldRef.apiVersion', { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }] }],
  ['env[0].name', { env: [{ name: 'A=B', value: 'x' }] }],
  ['env[0].name', { env: [{ name: 'ünï', value: 'x' }] }],
  ['env[0]', { env: [{ name: 'A', value: 'x\0' }] }],
  ['env[0]', { env: [{ name: 'A', value: 'x'.repeat(131_070) }] }],
  ['args[1]', { args: ['x', 'y\0'] }],
  ['command[0]', { command: ['x'.repeat(131_072)] }],
  ['image', { image: 'UPPER' }],
  ['image', { image: '' }],
  ['imagePullPolicy', { imagePullPolicy: 'Sometimes' }],
  ['lifecycle.preStop', { lifecycle: { preStop: {} } }],
  ['lifecycle.postStart', { lifecycle: { postStart: { exec: { command: ['x'] }, sleep: { seconds: 1 } } } }],
  ['lifecycle.postStart.tcpSocket', { lifecycle: { postStart: { tcpSocket: { port: 80 } } } }],
  ['lifecycle.preStop.exec.command', { lifecycle: { preStop: { exec: { command: [] } } } }],
  ['lifecycle.preStop.sleep.seconds', { lifecycle: { preStop: { sleep: { seconds: 31 } } } }],
  ['lifecycle.stopSignal', { lifecycle: { stopSignal: 'TERM' } }],
  ['lifecycle.stopSignal', { lifecycle: { stopSignal: 'SIGRTMIN+16' } }],
  ['livenessProbe', { livenessProbe: { periodSeconds: 1 } }],
  ['livenessProbe', { livenessProbe: { tcpSocket: { port: 80 }, exec: { command: ['x'] } } }],
  ['livenessProbe.successThreshold', { livenessProbe: { ...TCP, successThreshold: 2 } }],
  ['livenessProbe.terminationGracePeriodSeconds', { livenessProbe: { ...TCP, terminationGracePeriodSeconds: 0 } }],
  ['readinessProbe.terminationGracePeriodSeconds', { readinessProbe: { ...TCP, terminationGracePeriodSeconds: 5 } }],
  ['readinessProbe.timeoutSeconds', { readinessProbe: { ...TCP, timeoutSeconds: -1 } }],
  ['readinessProbe.periodSeconds', { readinessProbe: { ...TCP, periodSeconds: 0.5 } }],
  ['readinessProbe.failureThreshold', { readinessProbe: { ...TCP, failureThreshold: 2 ** 31 } }],
  ['startupProbe.successThreshold', { startupProbe: { ...TCP, successThreshold: 3 } }],
  ['startupProbe.tcpSocket.port', { startupProbe: { tcpSocket: { port: 'web' } } }],
  ['startupProbe.tcpSocket.port', { startupProbe: { tcpSocket: { port: 0 } }, ports: [{ name: 'http', containerPort: 80 }] }],
  ['livenessProbe.httpGet.port', { livenessProbe: { httpGet: { port: 65536 } } }],
  ['livenessProbe.httpGet.port', { livenessProbe: { httpGet: {} } }],
  ['livenessProbe.httpGet.scheme', { livenessProbe: { httpGet: { port: 80, scheme: 'FTP' } } }],
  ['livenessProbe.httpGet.httpHeaders[0].name', { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'a b', value: 'x' }] } } }],
  ['livenessProbe.httpGet.httpHeaders[1].value', { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'A', value: 'x' }, { name: 'B', value: 'x\r\nC: y' }] } } }],
  ['livenessProbe.httpGet.protocol', { livenessProbe: { httpGet: { port: 80, protocol: 'SPDY' } } }],
  ['livenessProbe.httpGet.protocol', { livenessProbe: { httpGet: { port: 80, protocol: 'HTTP2', scheme: 'HTTPS' } } }],
  ['lifecycle.preStop.httpGet.protocol', { lifecycle: { preStop: { httpGet: { port: 80, protocol: 'HTTP2', host: '127.0.0.1' } } } }, 'Forbidden'],
  ['readinessProbe.grpc.mode', { readinessProbe: { grpc: { port: 80, mode: 'mTLS' } } }],
  ['livenessProbe.grpc.port', { livenessProbe: { grpc: { port: 'web' } } }],
  ['livenessProbe.exec.command[1]', { livenessProbe: { exec: { command: ['x', 'y\0'] } } }],
  ['ports[0].hostPort', { ports: [{ containerPort: 1, hostPort: 80 }] }, 'Forbidden'],
  ['ports[0].containerPort', { ports: [{ containerPort: 70000 }] }],
  ['ports[0].protocol', { ports: [{ containerPort: 1, protocol: 'tcp' }] }],
  ['resources.limits["nvidia.com/gpu"]', { resources: { limits: { 'nvidia.com/gpu': 1 } } }],
  ['resources.requests["hugepages-2Mi"]', { resources: { requests: { 'hugepages-2Mi': '4Mi' } } }],
  ['resources.limits.memory', { resources: { limits: { memory: '4Mi' } } }],
  ['resources.limits.memory', { resources: { limits: { memory: '6291455' } } }],
  ['resources.limits.memory', { resources: { limits: { memory: 'lots' } } }],
  ['resources.limits.cpu', { resources: { limits: { cpu: '-1' } } }],
  ['resources.requests.cpu', { resources: { limits: { cpu: '1' }, requests: { cpu: '1001m' } } }],
  ['resources.claims', { resources: { claims: [{ name: 'x' }] } }],
  ['restartPolicy', { restartPolicy: 'Sometimes' }],
  ['restartPolicy', { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] }],
  ['restartPolicyRules', { restartPolicy: 'Never', restartPolicyRules: Array.from({ length: 21 }, () => ({ action: 'Restart', exitCodes: { operator: 'In', values: [1] } })) }],
  ['restartPolicyRules[0].action', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Dance', exitCodes: { operator: 'In', values: [1] } }] }],
  ['restartPolicyRules[0].exitCodes', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart' }] }],
  ['restartPolicyRules[0].exitCodes.operator', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'Near', values: [1] } }] }],
  ['restartPolicyRules[1].exitCodes.values', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }, { action: 'Restart', exitCodes: { operator: 'In', values: ['1'] } }] }],
  ['securityContext.privileged', { securityContext: { privileged: true } }, 'Forbidden'],
  ['terminationMessagePath', { terminationMessagePath: 'dev/words' }],
  ['terminationMessagePath', { terminationMessagePath: '/dev/../words' }],
  ['terminationMessagePath', { terminationMessagePath: '/' }],
  ['terminationMessagePath', { terminationMessagePath: '/data', volumeMounts: [{ name: 'data', mountPath: '/data/' }] }],
  ['terminationMessagePolicy', { terminationMessagePolicy: 'Logs' }],
  ['volumeDevices[0].name', { volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }],
  ['volumeMounts[0].name', { volumeMounts: [{ name: 'gone', mountPath: '/x' }] }],
  ['volumeMounts[0].mountPath', { volumeMounts: [{ name: 'v', mountPath: 'x' }] }],
  ['volumeMounts[0].mountPath', { volumeMounts: [{ name: 'v', mountPath: '/x/../y' }] }],
  ['volumeMounts[0].mountPath', { volumeMounts: [{ name: 'v', mountPath: '//' }] }],
  ['volumeMounts[1].mountPath', { volumeMounts: [{ name: 'v', mountPath: '/x' }, { name: 'w', mountPath: '/x/' }] }],
  ['workingDir', { workingDir: 'x' }],
])('a container with %s is refused: %#', (field, container, kind = 'InvalidPod') => {
  const error = refusalOf(podOf({ volumes: VOLUMES }, container));
  expect(error.message.startsWith(`pod.spec.containers[0].${field}: `)).toBe(true);
  expect(error.kind).toBe(kind);
});

test.each<[field: string, metadata: Partial<Pod['metadata']>]>([
  ['name', { name: '../x' }], ['name', { name: 'a_b' }], ['namespace', { namespace: 'a.b' }], ['uid', { uid: 'a/b' }], ['uid', { uid: 'a_0' }], ['uid', { uid: '' }],
])('pod.metadata.%s: %j is refused', (field, metadata) => {
  const pod = podOf();
  expect(refusalOf({ ...pod, metadata: { ...pod.metadata, ...metadata } }).message.startsWith(`pod.metadata.${field}: `)).toBe(true);
});

test.each<[cpu: string, memory: string]>([['1', '6Mi'], ['0', '0'], ['1m', '6291456'], ['1e3', '1Ei']])('limits of %s and %s pass', (cpu, memory) => {
  expect(admit(podOf({}, { resources: { limits: { cpu, memory } } }), NODE).warnings).toEqual([]);
});

test('an error never shows the value of a variable', () => {
  const { message } = refusalOf(podOf({}, { env: [{ name: 'A', value: 's3cr3t\0' }], resources: { limits: { memory: '1' } } }));
  expect(message).toContain('env[0]');
  expect(message).not.toContain('s3cr3t');
});

test('all that stands in the way is said at once, up to a length', () => {
  const volumes = Array.from({ length: 30 }, (_, index) => ({ name: `v${index}`, hostPath: { path: '/' } }));
  const { kind, message } = refusalOf(podOf({ subdomain: 'X', volumes }));
  expect(kind).toBe('Forbidden');
  expect(message).toContain('pod.spec.subdomain: ');
  expect(message).toMatch(/; and \d+ more$/);
});
