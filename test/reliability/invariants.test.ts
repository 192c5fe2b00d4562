import { type PluginCaller, toStatusPod, FIRST_VIEW } from '../../src/caller/index.js';
import { LABEL, networkName, volumeName } from '../../src/docker/record/index.js';
import { TEST_IMAGE } from '../support/busybox.js';
import { CrashScene } from '../support/crash-scene.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import type { TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';
import { pluginViolations, violationsOf } from './core/invariants.js';
import { observe } from './core/observe.js';
import type { ContainerSeen, Picture } from './core/picture.js';
import { CREATE } from './core/scenarios.js';

jest.setTimeout(180_000);

const { end } = CREATE;
const WHOLE: Picture = { pod: end, node: { networks: ['default'], strangers: [] } };
const withMain = (more: Partial<ContainerSeen>): Picture => ({ ...WHOLE, pod: { ...end, containers: end.containers.map((one) => (one.name === 'main' ? { ...one, ...more } : one)) } });

test.each<[name: string, observed: Picture, violations: readonly string[]]>([
  ['nothing is wrong', WHOLE, []],
  ['in another order', { ...WHOLE, pod: { ...end, volumes: [...end.volumes].reverse(), containers: [...end.containers].reverse() } }, []],
  ['a container that is missing', { ...WHOLE, pod: { ...end, containers: end.containers.filter(({ name }) => name !== 'main') } }, ['container main is missing']],
  ['a program that never began', withMain({ starts: 0 }), ['container main, attempt 0, has never begun']],
  ['a sandbox that is not accepted', withMain({ stage: 'creating' }), ['container main, attempt 0, is left as creating']],
  ['another state', withMain({ state: 'created' }), ['container main, attempt 0, is created (0) where running (0) is right']],
  ['another exit code', withMain({ state: 'exited', exitCode: 3 }), ['container main, attempt 0, is exited (3) where running (0) is right']],
  ['a start whose container is gone', { ...WHOLE, pod: { ...end, runs: { ...end.runs, init: 2 } } }, ['the program of init began 2 times where 1 is right']],
  ['a volume that is missing', { ...WHOLE, pod: { ...end, volumes: ['work'] } }, ['a missing volume: settings']],
  ['a network that is missing', { ...WHOLE, node: { ...WHOLE.node, networks: [] } }, ['a missing network: default']],
  ['a network twice', { ...WHOLE, node: { ...WHOLE.node, networks: ['default', 'default'] } }, ['an orphan network: default']],
  ['a pod that the plugin does not know', { ...WHOLE, pod: { ...end, statuses: end.statuses.slice(0, 2) } }, ['a missing status: side running, restarted 0 times']],
  ['a restart that is told and was none', { ...WHOLE, pod: { ...end, statuses: end.statuses.map((one) => (one.name === 'side' ? { ...one, restartCount: 1 } : one)) } }, ['an orphan status: side running, restarted 1 times', 'a missing status: side running, restarted 0 times']],
])('seen: %s', (_name, observed, violations) => {
  expect(violationsOf(observed, WHOLE)).toEqual(violations);
});

test.each([
  ['{"level":"info"}\n{"level":"warn"}\n', true, []],
  ['{"level":"info"}\n', false, ['the plugin has ended by itself']],
  ['{"level":"info"}\nnode:internal/process/promises:394\n', true, ['the plugin said outside its log: node:internal/process/promises:394']],
])('a plugin that has said %j', (stderr, isRunning, expected) => {
  expect(pluginViolations(stderr, isRunning)).toEqual(expected);
});

describeWithEngine('planted on the engine', ({ endpoint }) => {
  let scene: CrashScene;
  let pod: TestPod;
  /** Gives the plugin's last words: it is killed, so that it does not mend what is planted. */
  let caller: Pick<PluginCaller, 'status'>;
  beforeAll(async () => {
    scene = await CrashScene.open({ endpoint, dockerHost: '' }, { file: CREATE.file });
    ({ caller } = scene);
    pod = scene.newPod();
    await pod.create();
    await untilHolds(async () => expect(await seen()).toEqual([]), { deadlineMs: 60_000 });
    const answer = await scene.caller.status([toStatusPod(pod.pod, pod.jobId, FIRST_VIEW)]);
    caller = { status: () => Promise.resolve(answer) };
    await scene.plugin.kill();
  });
  afterAll(() => scene.close());

  const seen = async (of = pod): Promise<readonly string[]> => violationsOf(await observe({ engine: endpoint, node: scene.node, caller }, of), WHOLE);

  /** Makes something on the engine that should not be there. @returns what takes it away again */
  async function plant(kind: string, name: string, body: object, labels: Readonly<Record<string, string>> = {}): Promise<() => Promise<unknown>> {
    const answer = await call(endpoint, 'POST', `/${kind}/create?name=${name}`, { body: { Name: name, ...body, Labels: { [LABEL.node]: scene.node, ...labels } } });
    expect([answer.text, answer.status]).toEqual([answer.text, 201]);
    return () => call(endpoint, 'DELETE', `/${kind}/${name}?force=1`);
  }
  const container = (name: string, labels: Readonly<Record<string, string>>): ReturnType<typeof plant> => plant('containers', name, { Image: TEST_IMAGE, Cmd: ['true'] }, labels);
  const ofPod = (name: string): Record<string, string> => ({ [LABEL.podUid]: pod.uid, [LABEL.container]: name, [LABEL.type]: 'container' });
  const engineName = (name: string, attempt: number): string => `k8s_${name}_test_default_${pod.uid}_${attempt}`;

  test.each<[what: string, plant: () => ReturnType<typeof plant>, violation: RegExp]>([
    ['a container of a pod that there is not', () => container(`${scene.node}-x`, { [LABEL.podUid]: 'nobody' }), /^an orphan object of no pod: container .*-x$/],
    ['a helper', () => container(`interlink_helper_${scene.node}_x`, { [LABEL.type]: 'helper' }), /^an orphan object of no pod: container \/interlink_helper_/],
    ['an attempt too many', () => container(engineName('main', 1), ofPod('main')), /^container main has attempt 0 and 1 where 0 is right$/],
    ['a container that the pod has not', () => container(engineName('more', 0), ofPod('more')), /^an orphan container more with attempt 0$/],
    ['a volume of a pod that there is not', () => plant('volumes', volumeName(scene.node, 'nobody', 'x'), {}, { [LABEL.podUid]: 'nobody' }), /^an orphan object of no pod: volume k8s_/],
    ['a volume of the pod', () => plant('volumes', volumeName(scene.node, pod.uid, 'more'), {}, { [LABEL.podUid]: pod.uid }), /^an orphan volume: more$/],
    ['a network of a namespace', () => plant('networks', networkName(scene.node, { namespace: 'more', internal: false }), {}), /^an orphan network: more$/],
    ['any other network', () => plant('networks', `${scene.node}-x`, {}), /^an orphan object of no pod: network /],
  ])('%s', async (_what, make, violation) => {
    const takeAway = await make();
    try {
      expect(await seen()).toEqual([expect.stringMatching(violation)]);
    } finally {
      await takeAway();
    }
    expect(await seen()).toEqual([]);
  });

  test('a lost pod', async () => {
    expect(await seen(scene.newPod())).toContain('the pod is lost: nothing of it is on the engine');
  });

  test('a wrong attempt', async () => {
    await call(endpoint, 'POST', `/containers/${engineName('side', 0)}/rename?name=${engineName('side', 3)}`);
    expect(await seen()).toEqual(['container side has attempt 3 where 0 is right']);
    await call(endpoint, 'POST', `/containers/${engineName('side', 3)}/rename?name=${engineName('side', 0)}`);
  });

  test('a doubled start', async () => {
    await call(endpoint, 'POST', `/containers/${engineName('main', 0)}/restart?t=0`);
    await eventually(async () => (await seen()).length > 1);
    expect(await seen()).toEqual(['container main, attempt 0, was started 2 times', 'the program of main began 2 times where 1 is right']);
  });
});
