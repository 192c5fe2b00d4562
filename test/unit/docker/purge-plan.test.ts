import { markTag } from '../../../src/docker/images/marks.js';
import { type EngineObjects, planPurge } from '../../../src/docker/purge-plan.js';
import type { ContainerSummary } from '../../../src/engine/index.js';

const NODE = 'interlink.eu/node';
const UID = 'io.kubernetes.pod.uid';
const TYPE = 'io.kubernetes.docker.type';
const container = (name: string, labels: Record<string, string>, State: ContainerSummary['State'] = 'exited'): ContainerSummary => ({ Id: `id of ${name}`, Names: [`/${name}`], State, Labels: labels });
const ofPod = (uid: string, name: string, type = 'container'): Record<string, string> => ({ [NODE]: 'n', [UID]: uid, [TYPE]: type, 'io.kubernetes.container.name': name, 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'ns' });
const inSandbox = (name: string): Record<string, string> => ({ 'io.kubernetes.sandbox.id': `id of ${name}` });
const NOTHING: EngineObjects = { containers: [], volumes: [], networks: [], images: [], labelledByImage: new Set() };
const plan = (objects: Partial<EngineObjects>, withClaims = false): unknown => {
  const { remove, keep } = planPurge('n', { ...NOTHING, ...objects }, withClaims);
  return { remove: remove.map(({ name }) => name), keep: keep.map(({ name }) => name) };
};

test('containers of the node go, the sandbox after the others of its pod, claim and helpers last', () => {
  const containers = [
    container('interlink_owner_n', { [NODE]: 'n', [TYPE]: 'owner' }),
    container('k8s_POD_web_ns_u1_0', ofPod('u1', 'POD', 'podsandbox')),
    container('k8s_main_web_ns_u1_3', { ...ofPod('u1', 'main'), ...inSandbox('k8s_POD_web_ns_u1_0') }, 'running'),
    container('k8s_side_web_ns_u2_0', { ...ofPod('u2', 'side'), ...inSandbox('one that is gone') }),
    container('k8s_n_messages_abc', { [NODE]: 'n', [TYPE]: 'messages' }),
  ];
  expect(plan({ containers })).toEqual({ remove: ['k8s_main_web_ns_u1_3', 'k8s_side_web_ns_u2_0', 'k8s_POD_web_ns_u1_0', 'interlink_owner_n', 'k8s_n_messages_abc'], keep: [] });
});

test.each<[what: string, foreign: ContainerSummary, isToldOf: boolean]>([
  ['has another node', container('k8s_main_web_ns_u1_0', { [NODE]: 'm', [UID]: 'u1' }), false],
  ['has no label', container('interlink_owner_n', {}), false],
  ['was made of an image with the label', container('web', { [NODE]: 'n' }), true],
  ['has the name of another pod', container('k8s_main_web_ns_u2_0', ofPod('u1', 'main')), true],
  ['has the name of another container', container('k8s_other_web_ns_u1_0', ofPod('u1', 'main')), true],
  ['has a name that only begins as ours, and has the node in it', container('interlink_ci_n_runner', { [NODE]: 'n' }), true],
  ['has a name that only begins as that of the claim', container('interlink_owner_n_of_somebody', { [NODE]: 'n', [TYPE]: 'owner' }), true],
  ['was made of an image of a sandbox', container('debug', ofPod('u1', 'POD', 'podsandbox')), true],
  ['was made of an image of a container', container('debug', ofPod('u1', 'main')), true],
])('a container that %s stays', (_what, foreign, isToldOf) => {
  expect(plan({ containers: [foreign] })).toEqual({ remove: [], keep: isToldOf ? [foreign.Names[0]?.slice(1)] : [] });
});

test("a kubelet's pod of an image with the node's label stays, while its sandbox is there and when it is gone", () => {
  const name = 'k8s_main_web_ns_u3_0';
  const theirs = container(name, { ...ofPod('u3', 'main'), ...inSandbox('k8s_POD_web_ns_u3_0') }, 'running');
  const sandbox = container('k8s_POD_web_ns_u3_0', { [TYPE]: 'podsandbox' });
  expect(plan({ containers: [theirs, sandbox] })).toEqual({ remove: [], keep: [name] });
  expect(plan({ containers: [theirs], labelledByImage: new Set([theirs.Id]) })).toEqual({ remove: [], keep: [name] });
});

test('what the node itself needs goes by its exact names', () => {
  const names = ['interlink_helper_n_1', 'interlink_owner_n', 'interlink_owner_n_superseded_x', 'interlink_secrets_n', 'k8s_n_messages_abc'];
  expect(plan({ containers: names.map((name) => container(name, { [NODE]: 'n' })) })).toEqual({ remove: names, keep: [] });
});

test('volumes of pods and of the node go; the data of claims only when asked for', () => {
  const volume = (Name: string, Labels: Record<string, string>) => ({ Name, Labels, CreatedAt: '' });
  const volumes = [volume('k8s_n_u1_work', { [NODE]: 'n', [UID]: 'u1' }), volume('interlink_cordon_n', { [NODE]: 'n', [TYPE]: 'cordon' }), volume('k8s_n_secrets', { [NODE]: 'n' }), volume('data', { [NODE]: 'n' }), volume('backup', { [NODE]: 'n', [UID]: 'u1' }), volume('k8s_n_u2_work', { [NODE]: 'n', [UID]: 'u1' }), volume('other', { [NODE]: 'm' }), volume('k8s_n_u1_foreign', {})];
  const own = ['k8s_n_u1_work', 'interlink_cordon_n', 'k8s_n_secrets'];
  expect(plan({ volumes })).toEqual({ remove: own, keep: ['data', 'backup', 'k8s_n_u2_work'] });
  expect(plan({ volumes }, true)).toEqual({ remove: [...own, 'data'], keep: ['backup', 'k8s_n_u2_work'] });
});

test('networks go by label and name; of images only the marks of this node', () => {
  const network = (Name: string, node: string) => ({ Id: Name, Name, Created: '', Labels: { [NODE]: node }, Internal: false, Subnets: [] });
  const [own, other] = ['n', 'm'].map((node) => `interlink-docker/pulled:${markTag(node, 'sha256:1', 'busybox:1')}`);
  const images = [{ Id: 'sha256:1', RepoTags: ['busybox:1', own ?? '', other ?? ''], RepoDigests: [] }];
  expect(plan({ networks: [network('interlink_n_ns', 'n'), network('bridge-of-mine', 'n'), network('interlink_m_ns', 'm')], images })).toEqual({ remove: ['interlink_n_ns', own], keep: ['bridge-of-mine'] });
});
