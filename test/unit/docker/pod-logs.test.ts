import { PodChanges } from '../../../src/docker/pod-changes.js';
import { PodLogs } from '../../../src/docker/pod-logs.js';
import type { ManagedPod, Pods } from '../../../src/docker/pods/index.js';
import type { StatusReports } from '../../../src/docker/status-reports.js';
import { EngineError, type EngineErrorTag } from '../../../src/engine/index.js';
import type { LogRequest } from '../../../src/provider/index.js';
import { observed, pod, running, SANDBOX_IDLE, UID } from './decide/build.js';
import { NODE } from './this-node.js';

const REQUEST: LogRequest = { podUid: UID, podName: 'web', namespace: 'default', options: { timestamps: false, follow: false, previous: false } };

function logsOver(tag: EngineErrorTag): PodLogs {
  const managed = { uid: UID, record: { pod: pod() }, observed: observed(SANDBOX_IDLE, running('main')) } as unknown as ManagedPod;
  const pods = { get: () => managed } as unknown as Pods;
  const reports = { isWaiting: () => false } as unknown as StatusReports;
  const engine = { containerLogs: () => Promise.reject(new EngineError(tag, 'as the engine says')) };
  return new PodLogs(pods, reports, new PodChanges(), { engine, traits: NODE } as unknown as ConstructorParameters<typeof PodLogs>[3]);
}

test.each<[tag: EngineErrorTag, kind: string]>([
  ['Unavailable', 'EngineUnavailable'],
  ['Conflict', 'Conflict'],
  ['NotFound', 'EngineFailed'],
])('an engine that gives no log (%s) is told in its words, followed or not', async (tag, kind) => {
  for (const follow of [false, true]) {
    const request = { ...REQUEST, options: { ...REQUEST.options, follow } };
    await expect(logsOver(tag).open(request, new AbortController().signal)).rejects.toMatchObject({ kind, message: 'the log of container main: as the engine says' });
  }
});

test('those who wait for a change of a pod are woken by one, and by their signal', async () => {
  const changes = new PodChanges();
  const leaving = new AbortController();
  const woken: string[] = [];
  const waits = [changes.next('a', leaving.signal).then(() => woken.push('a')), changes.next('b', leaving.signal).then(() => woken.push('b'))];
  changes.tell('a');
  changes.tell('c');
  await waits[0];
  expect(woken).toEqual(['a']);
  leaving.abort();
  await Promise.all(waits);
  await changes.next('b', leaving.signal);
  expect(woken).toEqual(['a', 'b']);
});
