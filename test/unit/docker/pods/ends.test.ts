import { EndLines } from '../../../../src/docker/pods/ends.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import { silentLogger } from '../../../../src/log.js';

const container = (id: string, state: ObservedContainer['state'], more: Partial<ObservedContainer> = {}): ObservedContainer => ({ id, engineName: id, name: 'main', attempt: 0, state, exitCode: 0, error: '', oomKilled: false, createdAt: '2026-01-01T00:00:00Z', startedAt: '2026-01-01T00:00:00Z', imageId: '', tty: false, ...more });
const pod = (...containers: readonly ObservedContainer[]): ObservedPod => ({ uid: 'u', containers: new Map([['main', containers]]) });

function told(...seen: readonly ObservedPod[]): readonly unknown[] {
  const lines: unknown[] = [];
  const ends = new EndLines({ ...silentLogger, info: (message, fields) => void lines.push({ message, ...fields }) });
  seen.forEach((one) => ends.tell(one));
  return lines;
}

test('an end is told once, with what came of it', () => {
  const ended = pod(container('a', 'exited', { exitCode: 3 }));
  const first = { message: 'a container has ended', container: 'main', attempt: 0, exitCode: 3, containerId: 'a' };
  expect(told(pod(container('a', 'running')), ended, ended)).toEqual([first]);
  expect(told(pod(), ended, pod(container('a', 'exited', { exitCode: 3 }), container('b', 'exited', { attempt: 1, exitCode: 137, oomKilled: true })))).toEqual([first, { ...first, attempt: 1, exitCode: 137, oomKilled: true, containerId: 'b' }]);
});

test.each<[what: string, seen: readonly ObservedPod[]]>([
  ['was there when the pod was found', [pod(container('a', 'exited')), pod(container('a', 'exited'))]],
  ['is none: it never began', [pod(), pod(container('a', 'created', { exitCode: 128, error: 'no such file' }))]],
])('an end that %s is not told', (_what, seen) => {
  expect(told(...seen)).toEqual([]);
});
