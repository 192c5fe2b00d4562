import { labelledPods } from '../../../src/docker/index.js';
import { toLabelledPods } from '../../../src/docker/labelled-pods.js';
import { EngineError, type ContainerDetails } from '../../../src/engine/index.js';
import { FakeNode } from '../../support/fake-node.js';

jest.setTimeout(60_000);

const UID = 'u-1';
const NEVER = '0001-01-01T00:00:00Z';

interface Facts {
  readonly container?: string;
  readonly attempt?: number;
  readonly stage?: string;
  readonly state?: Partial<ContainerDetails['State']>;
  readonly created?: string;
}

function details({ container = 'main', attempt = 0, stage = '', state = {}, created = '2026-01-01T00:00:05Z' }: Facts): ContainerDetails {
  const labels = { 'io.kubernetes.pod.uid': UID, 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'ns', 'io.kubernetes.container.name': container, 'interlink.eu/node': 'node' };
  return {
    Id: `${container}-${attempt}`, Name: `/k8s_${container}_web_ns_${UID}_${attempt}${stage}`, Created: created, Image: 'sha256:1',
    State: { Status: 'created', ExitCode: 0, Error: '', OOMKilled: false, StartedAt: NEVER, FinishedAt: NEVER, ...state },
    Config: { Image: 'busybox', Env: ['TOKEN=hush'], Labels: labels, Tty: false }, Mounts: [], NetworkSettings: { Networks: null },
  };
}
const sandbox = (stage = ''): ContainerDetails => details({ container: 'POD', stage, created: '2026-01-01T00:00:00Z' });
const RUNS = { Status: 'running', StartedAt: '2026-01-01T00:00:10Z' } as const;
const ended = (ExitCode: number, more: Partial<ContainerDetails['State']> = {}) => ({ Status: 'exited', ExitCode, StartedAt: '2026-01-01T00:00:10Z', FinishedAt: '2026-01-01T00:00:20Z', ...more }) as const;

test.each<[name: string, inspected: ContainerDetails[], row: object, why: string]>([
  ['it runs', [sandbox(), details({ state: RUNS })], { namespace: 'ns', name: 'web', uid: UID, phase: 'Running', ready: 1, containers: 1, restarts: 0, createdAt: '2026-01-01T00:00:00Z' }, 'main runs since 2026-01-01T00:00:10Z'],
  ['nothing of it was made', [sandbox()], { phase: 'Pending', ready: 0, containers: 0 }, 'no container of it has been made, or all of them have been removed'],
  ['made and not started', [sandbox(), details({})], { phase: 'Pending' }, 'main has been made and never started'],
  ['it was restarted', [sandbox(), details({ attempt: 4, state: RUNS }), details({ attempt: 3, state: ended(1) })], { phase: 'Running', restarts: 4 }, 'main runs since 2026-01-01T00:00:10Z'],
  ['it was killed for want of memory', [sandbox(), details({ attempt: 2, state: ended(137, { OOMKilled: true }) })], { phase: 'Unknown', restarts: 2 }, 'main was killed for want of memory (OOMKilled, exit code 137)'],
  ['its start failed', [sandbox(), details({ state: { ExitCode: 127, Error: 'exec: not\nfound' } })], { phase: 'Unknown' }, 'main could not be started (exit code 127): exec: not found'],
  ['it is paused', [sandbox(), details({ state: { ...RUNS, Status: 'paused' } })], { phase: 'Running' }, 'main is paused; it started 2026-01-01T00:00:10Z'],
  ['its deletion is marked', [sandbox('_deleting'), details({ state: ended(0) })], { phase: 'Unknown' }, 'it is marked as being deleted; main ended with exit code 0'],
  ['it was never taken on', [sandbox('_creating')], { phase: 'Pending' }, 'it was never taken on: its sandbox is still marked as being made'],
  ['its sandbox was pruned', [details({ state: RUNS })], { phase: 'Running', containers: 1 }, 'its sandbox is gone; main runs since 2026-01-01T00:00:10Z'],
  ['two containers, in the order they were made', [sandbox(), details({ state: RUNS, created: '2026-01-01T00:00:07Z' }), details({ container: 'init', state: ended(0) })], { containers: 2, ready: 1 }, 'init ended with exit code 0; main runs since 2026-01-01T00:00:10Z'],
])('%s', (_name, inspected, row, why) => {
  const [pod, ...others] = toLabelledPods(inspected);
  expect(others).toEqual([]);
  expect(pod?.row).toMatchObject(row);
  expect(pod?.why).toBe(why);
  expect(JSON.stringify(pod)).not.toContain('hush');
});

test('states of its containers, with the attempt before', () => {
  const [pod] = toLabelledPods([sandbox(), details({ attempt: 1, state: ended(3) }), details({ state: ended(2) })]);
  expect(pod?.containers).toMatchObject([{ name: 'main', restartCount: 1, ready: false, state: { terminated: { exitCode: 3 } }, lastState: { terminated: { exitCode: 2 } } }]);
});

test('the pods that a plugin has made are found; of what goes meanwhile nothing is told', async () => {
  const node = await (await FakeNode.start()).untilServing();
  try {
    const pod = await node.create();
    await node.untilRunning(pod);
    expect(await labelledPods(node.engine, 'node')).toMatchObject([{ row: { uid: pod.metadata.uid, name: 'web', namespace: 'ns', phase: 'Running', containers: 1 } }]);
    expect(await labelledPods(node.engine, 'other')).toEqual([]);
    node.engine.failNext('inspectContainer', new EngineError('NotFound', 'gone'), 2);
    expect(await labelledPods(node.engine, 'node')).toEqual([]);
  } finally {
    await node.stop();
  }
});
