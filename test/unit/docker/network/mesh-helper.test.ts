import { withMeshHelper } from '../../../../src/docker/network/index.js';
import { hasMesh, NO_ABILITIES } from '../../../../src/docker/node/index.js';
import { RECORD_VERSION, recordVersionOf } from '../../../../src/docker/record/index.js';
import { toContainerConfig } from '../../../../src/docker/spec/index.js';
import { type Pod, qosClass, sharesNamespaces } from '../../../../src/kube/index.js';
import { recordOf } from '../spec/records.js';
import { NODE } from '../this-node.js';

const POLICY = { ...NODE.policy.network, meshImage: 'mesh:1' };
const NETWORK = { name: 'n', subnet: '10.0.0.0/24', ip: '10.0.0.2', aliases: [] };
const LIMITS = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } };
const podWith = (annotations: Record<string, string>, spec: Partial<Pod['spec']> = {}): Pod => ({ metadata: { name: 'p', namespace: 'ns', uid: 'u', annotations }, spec: { containers: [{ name: 'main', image: 'x', resources: LIMITS }], ...spec } });
const PRE_EXEC = { 'slurm-job.vk.io/pre-exec': 'echo $(A) $$' };

test.each<[annotations: Record<string, string>, spec: Partial<Pod['spec']>, image: string | undefined, expected: boolean]>([
  [PRE_EXEC, {}, 'mesh:1', true],
  [{ 'interlink.eu/wstunnel-client-commands': 'x &' }, {}, 'mesh:1', true],
  [PRE_EXEC, {}, undefined, false],
  [{ 'slurm-job.vk.io/pre-exec': '' }, {}, 'mesh:1', false],
  [{}, {}, 'mesh:1', false],
  [PRE_EXEC, { hostNetwork: true }, 'mesh:1', false],
])('P64: %j %j with the image %p', (annotations, spec, meshImage, expected) => {
  const policy = { ...NODE.policy.network, ...(meshImage !== undefined && { meshImage }) };
  const pod = podWith(annotations, spec);
  expect([hasMesh(pod, policy), withMeshHelper(pod, policy) === pod]).toEqual([expected, !expected]);
});

test('P64: the helper is first, shares the pod’s namespaces, and changes nothing of what the pod is', () => {
  const pod = withMeshHelper(podWith(PRE_EXEC, { initContainers: [{ name: 'init', resources: LIMITS }] }), POLICY);
  expect(pod.spec.initContainers?.map(({ name, image, restartPolicy }) => [name, image, restartPolicy])).toEqual([['MESH', 'mesh:1', 'Always'], ['init', undefined, undefined]]);
  expect([sharesNamespaces(pod), qosClass(pod), recordVersionOf(NETWORK, pod), recordVersionOf(NETWORK, podWith(PRE_EXEC))]).toEqual([true, 'Guaranteed', 3, RECORD_VERSION]);
});

test('P64: the helper may change the network, and has the script in its environment alone', () => {
  const pod = withMeshHelper(podWith(PRE_EXEC), POLICY);
  const [helper] = pod.spec.initContainers ?? [];
  if (helper === undefined) throw new Error('no helper');
  const config = toContainerConfig({ ...recordOf([]), pod }, helper, { id: 's', shared: true }, { ...NODE, abilities: NO_ABILITIES });
  expect(config.HostConfig).toMatchObject({ CapAdd: ['NET_ADMIN'], DeviceCgroupRules: ['c 10:200 rwm'], NetworkMode: 'container:s' });
  expect(config.Env).toEqual(['INTERLINK_MESH_SCRIPT=echo $(A) $$']);
  expect(JSON.stringify([config.Entrypoint, config.Cmd, config.Labels])).not.toContain('echo $(A)');
  expect(JSON.stringify(toContainerConfig({ ...recordOf([]), pod }, pod.spec.containers[0] ?? helper, { id: 's', shared: true }, NODE))).not.toContain('DeviceCgroupRules');
});
