import type { PodFile } from '../../../src/caller/index.js';
import { containerName } from '../../../src/docker/record/index.js';
import type { PodStatusJson } from '../../../src/wire/index.js';
import { call, type Endpoint } from '../../support/endpoint.js';
import type { TestPod } from '../../support/test-node.js';
import { type ContainerSeen, GONE, type PodPicture, type StatusSeen } from './picture.js';
import { BEGAN, counted, countedPod, FOREVER } from './scenario-pods.js';

/** Something that a pod goes through while faults happen; always with the same end. */
export interface Scenario {
  readonly name: string;
  readonly file: PodFile;
  /** Brings a pod that nobody has heard of to where the scenario begins. */
  readonly arrange: (pod: TestPod, engine: Endpoint) => Promise<void>;
  /** What sets it going. Rejects when the caller sees an error. */
  readonly act: (pod: TestPod, engine: Endpoint) => Promise<void>;
  /** Whether a caller that saw an error would try again. Nobody repeats a delete. */
  readonly isRepeated: boolean;
  /** Looks on from before the act. @returns what tells, at the end, what was wrong on the way to it */
  readonly watch?: (pod: TestPod, engine: Endpoint) => Promise<() => Promise<readonly string[]>>;
  /** By what the plugin says, as soon as `act` has been answered. */
  readonly isOver: (status: PodStatusJson) => boolean;
  /** How it is at the end, with or without faults. */
  readonly end: PodPicture;
}

const sandbox: ContainerSeen = { name: 'POD', attempt: 0, stage: 'accepted', state: 'running', exitCode: 0, starts: 0 };
const running = (name: string, attempt = 0): ContainerSeen => ({ name, attempt, stage: 'accepted', state: 'running', exitCode: 0, starts: 1 });
const exited = (name: string, exitCode: number, attempt = 0): ContainerSeen => ({ ...running(name, attempt), state: 'exited', exitCode });
const told = (name: string, state: StatusSeen['state'], restartCount = 0): StatusSeen => ({ name, state, restartCount });

const allRun = ({ containers }: PodStatusJson, restartCount = 0): boolean => containers.every(({ state, restartCount: count }) => state?.running !== undefined && count === restartCount);

/** Until each main container has said that it began: what it traps is trapped then. */
async function started(pod: TestPod): Promise<void> {
  for (const { name } of pod.pod.spec.containers) await pod.untilLogged(BEGAN, name);
}

async function create(pod: TestPod): Promise<void> {
  await pod.create();
  await pod.until((status) => allRun(status));
  await started(pod);
}

/** To a first attempt's program, by the engine itself. */
async function tell(pod: TestPod, container: string, engine: Endpoint): Promise<void> {
  const { status } = await call(engine, 'POST', `/containers/${containerName(pod.pod, container, 0)}/kill?signal=USR1`);
  if (status !== 204) throw new Error(`the signal to ${container} was answered with ${status}`);
}

/** All that a first attempt writes, to its end, by the engine itself. */
async function followed(pod: TestPod, container: string, engine: Endpoint): Promise<string> {
  return (await call(engine, 'GET', `/containers/${containerName(pod.pod, container, 0)}/logs?stdout=1&follow=1`)).text;
}

/** A hook may run twice where the plugin died in it, but never after the program was told to end. */
function hookViolations(log: string): readonly string[] {
  const [hooked, told] = [log.indexOf('hooked'), log.indexOf('told to end')];
  return hooked >= 0 && told > hooked ? [] : [`the hook before the stop did not run before it: ${JSON.stringify(log)}`];
}

export const CREATE: Scenario = {
  name: 'create',
  file: countedPod({
    volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
    initContainers: [counted('init', 'BEGIN; cp /settings/word /work/word', { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] })],
    containers: [counted('main', `grep -qx here /work/word || exit 7; BEGIN; ${FOREVER}`), counted('side', `BEGIN; ${FOREVER}`)],
  }, { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'here\n' } }] }),
  arrange: async () => undefined,
  act: (pod) => pod.create(),
  isRepeated: true,
  isOver: (status) => allRun(status),
  end: {
    containers: [sandbox, exited('init', 0), running('main'), running('side')],
    volumes: ['work', 'settings'],
    runs: { init: 1, main: 1, side: 1 },
    statuses: [told('init', 'terminated'), told('main', 'running'), told('side', 'running')],
  },
};

export const RESTART: Scenario = {
  name: 'restart',
  // One that fails where failures are tried again, and one that ends well where that counts for nothing.
  file: countedPod({
    restartPolicy: 'OnFailure',
    containers: [counted('fails', `trap 'exit 3' USR1; BEGIN; ${FOREVER}`), counted('ends', `trap 'exit 0' USR1; BEGIN; ${FOREVER}`, { restartPolicy: 'Always' })],
  }),
  arrange: create,
  act: async (pod, engine) => {
    await tell(pod, 'fails', engine);
    await tell(pod, 'ends', engine);
  },
  isRepeated: false,
  isOver: (status) => allRun(status, 1),
  end: {
    containers: [sandbox, exited('fails', 3), running('fails', 1), exited('ends', 0), running('ends', 1)],
    volumes: ['work'],
    runs: { fails: 2, ends: 2 },
    statuses: [told('fails', 'running', 1), told('ends', 'running', 1)],
  },
};

export const UNHEALTHY: Scenario = {
  name: 'unhealthy',
  // Ends with 0 when it is stopped, which is no success: nobody but the plugin wanted it to end.
  file: countedPod({
    restartPolicy: 'OnFailure',
    containers: [counted('main', `trap 'exit 0' TERM; trap 'killall httpd' USR1; httpd -p 8080 -h /work; BEGIN; ${FOREVER}`, {
      // A port that nobody listens at refuses at once; a busy machine takes its time.
      livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 5, periodSeconds: 1, failureThreshold: 3, timeoutSeconds: 60 },
    })],
  }),
  arrange: create,
  act: (pod, engine) => tell(pod, 'main', engine),
  isRepeated: false,
  isOver: (status) => allRun(status, 1),
  end: {
    containers: [exited('main', 0), running('main', 1), { ...sandbox, state: 'created' }],
    volumes: ['work'],
    runs: { main: 2 },
    statuses: [told('main', 'running', 1)],
  },
};

export const DELETE: Scenario = {
  name: 'delete',
  file: countedPod({
    terminationGracePeriodSeconds: 10,
    containers: [
      counted('main', `trap 'echo told to end; exit 0' TERM; BEGIN; ${FOREVER}`, { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo hooked > /proc/1/fd/1'] } } } }),
      counted('side', `trap 'exit 0' TERM; BEGIN; ${FOREVER}`),
    ],
  }),
  arrange: create,
  act: (pod) => pod.delete(),
  watch: async (pod, engine) => {
    const log = followed(pod, 'main', engine);
    return async () => hookViolations(await log);
  },
  isRepeated: false,
  isOver: () => true,
  end: GONE,
};
