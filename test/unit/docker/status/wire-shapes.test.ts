import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservedContainer } from '../../../../src/docker/record/index.js';
import { toPodStatus } from '../../../../src/docker/status/index.js';
import type { ContainerStatus, Pod } from '../../../../src/kube/index.js';
import { at, container, exited, known, observed, running, SANDBOX_UP } from '../decide/build.js';

interface RecordedStatus {
  readonly name: string;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
}

const FIXTURES = 'test/fixtures/wire';

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as T;
}

/** Each recorded answer, with the pod that was asked for. */
const recorded = readdirSync(FIXTURES)
  .filter((file) => /^status-.*\.response\.json$/.test(file))
  .flatMap((file) => {
    const pods = read<Pod[]>(file.replace('.response.', '.request.'));
    return read<RecordedStatus[]>(file).map((status) => ({ file, status, pod: pods.find(({ metadata }) => metadata.name === status.name) }));
  });

/** The engine's side of a recorded status; what waits has not been made. */
function toObserved({ name, state }: ContainerStatus): ObservedContainer[] {
  if (state?.running) return [running(name)];
  const { reason, exitCode } = state?.terminated ?? {};
  return exitCode === undefined || reason === 'PodInitFailed' ? [] : [exited(name, exitCode)];
}

/** Path and type of every field, except those that only say more: messages, and identifiers of what never existed. */
function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value)
    .filter(([key]) => !['message', 'lastState'].includes(key) && !(path.endsWith('terminated') && key === 'containerID'))
    .flatMap(([key, field]) => shapeOf(field, `${path}.${key}`))
    .sort();
}

test('there are recordings', () => {
  expect(recorded.length).toBeGreaterThan(8);
});

test.each(recorded)('$file: the same fields with the same types, and the same states', ({ status, pod }) => {
  if (pod === undefined) throw new Error('the recording has no such pod');
  const all = [...status.initContainers, ...status.containers];
  const isImageMissing = all.some(({ state }) => state?.waiting?.reason === 'ImagePullBackOff');
  const images = isImageMissing ? { main: { kind: 'failed', reason: 'ErrImagePull', message: 'absent', failures: 3, retryAt: at(30) } as const } : {};
  const seen = observed(SANDBOX_UP, ...all.flatMap(toObserved));
  const made = toPodStatus({ pod, observed: seen, circumstances: known({ images }), now: at(25) });
  const outcome = ({ name, image, state }: ContainerStatus) => [name, image, state?.waiting?.reason, state?.terminated?.reason, state?.terminated?.exitCode, state?.running !== undefined];
  expect(made.containers.map(outcome)).toEqual(status.containers.map(outcome));
  expect(made.initContainers.map(outcome)).toEqual(status.initContainers.map(outcome));
  expect(made.containers.map((one) => shapeOf(one))).toEqual(status.containers.map((one) => shapeOf(one)));
  expect(made.initContainers.map((one) => shapeOf(one))).toEqual(status.initContainers.map((one) => shapeOf(one)));
});

test('every field is there before anything is known of a container', () => {
  const [status] = toPodStatus({ pod: pod0(), observed: observed(undefined, container('other')), circumstances: known(), now: at(25) }).containers;
  expect(Object.keys(status ?? {}).sort()).toEqual(['containerID', 'image', 'imageID', 'lastState', 'name', 'ready', 'restartCount', 'started', 'state']);
});

function pod0(): Pod {
  return { metadata: { name: 'web', namespace: 'default', uid: 'uid' }, spec: { containers: [{ name: 'main' }] } };
}
