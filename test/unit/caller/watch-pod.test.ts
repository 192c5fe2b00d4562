import { makeStamp, readPodFile, toCreateBody, watchPod } from '../../../src/caller/index.js';
import type { ContainerState, Pod } from '../../../src/kube/index.js';
import type { PodStatusJson } from '../../../src/wire/index.js';

const { pod } = toCreateBody(readPodFile('kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: i}]}'), makeStamp(new Date(0)));

const running: ContainerState = { running: {} };

function answer(state: ContainerState): PodStatusJson[] {
  const { name, namespace, uid } = pod.metadata;
  const status = { name: 'a', image: 'i', imageID: '', ready: false, restartCount: 0, state, lastState: {} };
  return [{ name, namespace, UID: uid, JID: 'j', containers: [status], initContainers: [] }];
}

/** A plugin that answers from a list, one after the other, and keeps what it was asked. */
function plugin(answers: readonly (PodStatusJson[] | Error)[]) {
  const asked: Pod[] = [];
  const left = [...answers];
  return {
    asked,
    status: (pods: readonly Pod[]) => {
      asked.push(...pods);
      const next = left.shift();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? []);
    },
  };
}

test('yields each change until the pod has ended, over failures of the plugin', async () => {
  const away = new Error('away');
  const source = plugin([[], answer(running), away, answer(running), answer({ terminated: { exitCode: 2 } }), answer(running)]);
  const problems: unknown[] = [];
  const phases: string[] = [];
  const options = { jobId: 'j', signal: new AbortController().signal, onProblem: (error: unknown) => problems.push(error), wait: () => Promise.resolve() };
  for await (const view of watchPod(source, pod, options)) phases.push(`${view.phase} ${view.reason}`);
  expect(phases).toEqual(['Running Running', 'Failed Error: 2']);
  expect(problems).toEqual([away]);
  expect(source.asked).toHaveLength(5);
  expect(source.asked[0]?.metadata.annotations).toEqual({ JobID: 'j' });
  expect(source.asked.map(({ status }) => status?.phase)).toEqual(['Pending', 'Pending', 'Running', 'Running', 'Running']);
});

test('throws the reason when it is called off between polls', async () => {
  const leaving = new AbortController();
  const views = watchPod(plugin([answer(running)]), pod, { signal: leaving.signal });
  await views.next();
  const next = views.next();
  leaving.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});
