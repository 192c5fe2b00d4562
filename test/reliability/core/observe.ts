import { FIRST_VIEW, type PluginCaller, toStatusPod } from '../../../src/caller/index.js';
import { LABEL, parseContainerName, parseNetworkName, SANDBOX } from '../../../src/docker/record/index.js';
import { call, type Endpoint } from '../../support/endpoint.js';
import type { TestPod } from '../../support/test-node.js';
import type { ContainerSeen, Picture, PodPicture, StatusSeen } from './picture.js';
import { BEGAN, RUNS_FILE } from './scenario-pods.js';

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** What a node keeps for itself, however often it is killed: its claim of the node's name, empty files for last words, and that it is cordoned. */
const NODES_OWN = ['owner', 'messages', 'cordon'];

/** Where to look. */
export interface Bench {
  /** The engine itself, not a proxy in front of it. */
  readonly engine: Endpoint;
  readonly node: string;
  readonly caller: Pick<PluginCaller, 'status'>;
}

/** Looks at a pod and its node from outside: at the engine, and at what the plugin says. */
export async function observe({ engine, node, caller }: Bench, pod: TestPod): Promise<Picture> {
  const [containers, { Volumes }, networks] = await Promise.all([
    list<readonly Listed[]>(engine, '/containers/json?all=1&', node),
    list<{ Volumes: readonly { Name: string; Labels: Listed['Labels'] }[] | null }>(engine, '/volumes?', node),
    list<readonly { Name: string }[]>(engine, '/networks?', node),
  ]);
  const isOfPod = ({ Labels }: Pick<Listed, 'Labels'>): boolean => Labels[LABEL.podUid] === pod.uid;
  const volumes = Volumes ?? [];
  const own = containers.filter(isOfPod);
  const isStrange = ({ Labels }: Pick<Listed, 'Labels'>): boolean => Labels[LABEL.podUid] !== pod.uid && !NODES_OWN.includes(Labels[LABEL.type] ?? '');
  const strangers = [
    ...containers.filter(isStrange).map(({ Names }) => `container ${Names[0] ?? ''}`),
    ...volumes.filter((volume) => isStrange(volume)).map(({ Name }) => `volume ${Name}`),
    ...networks.filter(({ Name }) => parseNetworkName(node, Name) === undefined).map(({ Name }) => `network ${Name}`),
  ];
  return {
    pod: {
      containers: await Promise.all(own.map((row) => containerSeen(engine, row))),
      volumes: volumes.filter(isOfPod).map(({ Name }) => Name.replace(`k8s_${node}_${pod.uid}_`, '')),
      runs: await runsOf(engine, own),
      statuses: await statusesOf(caller, pod),
    },
    node: { networks: networks.flatMap(({ Name }) => parseNetworkName(node, Name)?.namespace ?? []), strangers },
  };
}

async function list<Answer>(engine: Endpoint, path: string, node: string): Promise<Answer> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABEL.node}=${node}`] }));
  return (await call(engine, 'GET', `${path}filters=${filters}`)).json() as Answer;
}

async function containerSeen(engine: Endpoint, { Id, Names, Labels }: Listed): Promise<ContainerSeen> {
  const { State } = (await call(engine, 'GET', `/containers/${Id}/json`)).json() as { State?: { Status: string; ExitCode: number } };
  const name = Labels[LABEL.container] ?? '';
  const parsed = parseContainerName(Names[0] ?? '');
  const log = name === SANDBOX ? '' : (await call(engine, 'GET', `/containers/${Id}/logs?stdout=1`)).text;
  return {
    name,
    attempt: parsed?.attempt ?? -1,
    stage: parsed?.stage ?? 'accepted',
    state: State?.Status ?? 'gone',
    exitCode: State?.Status === 'exited' ? State.ExitCode : 0,
    starts: log.split(BEGAN).length - 1,
  };
}

/** By the file in the volume that all containers of the pod write to, which can be read through any of them. */
async function runsOf(engine: Endpoint, containers: readonly Listed[]): Promise<PodPicture['runs']> {
  for (const { Id, Labels } of containers) {
    if (Labels[LABEL.container] === SANDBOX) continue;
    const { status, text } = await call(engine, 'GET', `/containers/${Id}/archive?path=${encodeURIComponent(RUNS_FILE)}`);
    if (status !== 200) continue;
    // One short file in a tar: its header fills the first block, zeros the rest of the last.
    const names = text.slice(512).replaceAll('\0', '').split('\n').filter((line) => line !== '');
    return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));
  }
  return {};
}

/** As a cluster asks that has seen nothing of the pod yet: what it makes of the answer must not change what is asked next. */
async function statusesOf(caller: Bench['caller'], pod: TestPod): Promise<readonly StatusSeen[]> {
  const answer = await caller.status([toStatusPod(pod.pod, pod.jobId, FIRST_VIEW)]);
  const all = answer.flatMap(({ containers, initContainers }) => [...initContainers, ...containers]);
  // A plugin answers for a pod that it does not know: nothing of it could be found.
  if (all.every(({ state }) => state?.terminated?.reason === 'ContainerStatusUnknown')) return [];
  return all.map(({ name, restartCount, state }) => ({ name, restartCount, state: state?.running ? 'running' : state?.terminated ? 'terminated' : 'waiting' }));
}
