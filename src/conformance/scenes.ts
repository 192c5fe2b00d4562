import type { PodStatusJson } from '../wire/index.js';
import { isOver, type StagedPod } from './staged-pod.js';
import type { Stage } from './stage.js';

/** A pod with every answer about it, from its create on. */
export interface WatchedPod {
  readonly pod: StagedPod;
  readonly seen: readonly PodStatusJson[];
}

/** How much longer `good` goes on than `bad`: plugins of batch systems look at their jobs every few seconds only. */
export const APART_SECONDS = 10;
/** Looks after the end: what is told of an ended pod has to stay. */
const LOOKS_AFTER = 3;
const NAMES_DEFAULT = 'kubectl.kubernetes.io/default-container';

/** Two containers: `good` goes on while `bad` has failed, and then succeeds. Watched until it has ended and a little longer. */
export function twoContainers(stage: Stage): Promise<WatchedPod> {
  return stage.scene('two containers', async () => {
    const pod = await stage.take({
      containers: {
        good: [{ print: 'good' }, { sleepSeconds: APART_SECONDS }, { exit: 0 }],
        bad: [{ print: 'bad' }, { exit: 3 }],
      },
      annotations: { [NAMES_DEFAULT]: 'bad' },
    });
    return { pod, seen: await watchToTheEnd(pod) };
  });
}

/** One container that has written `one`, and four seconds later `two` and `three`, and has ended. */
export function threeLines(stage: Stage): Promise<{ readonly pod: StagedPod; /** When it was seen to have. */ readonly endedAt: Date }> {
  return stage.scene('three lines', async () => {
    const pod = await stage.take({ containers: { main: [{ print: 'one' }, { sleepSeconds: 4 }, { print: 'two' }, { print: 'three' }] } });
    await pod.end();
    return { pod, endedAt: stage.now() };
  });
}

/** Two init containers, of which the second takes its time, before one main; the log of the main while it waits. */
export function initialised(stage: Stage): Promise<WatchedPod & { readonly early: { readonly status: number; readonly text: string } | undefined }> {
  return stage.scene('init containers', async () => {
    const pod = await stage.takeIfCan(
      { inits: { first: [{ print: 'first' }], second: [{ print: 'second' }, { sleepSeconds: 3 }] }, containers: { main: [{ print: 'main' }] } },
      'init containers',
    );
    const begun = await pod.watch(({ initContainers }) => (initContainers ?? []).some(({ name, state }) => name === 'second' && state?.running !== undefined));
    const early = begun.at(-1)?.initContainers.some(({ name, state }) => name === 'second' && state?.running !== undefined) ? await stage.send('GET', '/getLogs', pod.logBody('main')) : undefined;
    return { pod, seen: [...begun, ...(await watchToTheEnd(pod))], early };
  });
}

/** A container that fails again and again under OnFailure, until it has been restarted. */
export function restarted(stage: Stage): Promise<WatchedPod> {
  return stage.scene('restarts', async () => {
    const pod = await stage.takeIfCan({ containers: { main: [{ print: 'again' }, { sleepSeconds: 1 }, { exit: 4 }] }, spec: { restartPolicy: 'OnFailure' } }, 'restartPolicy OnFailure');
    const seen = await pod.watch((status) => isOver(status) || status.containers.some(({ restartCount }) => restartCount > 0));
    // Waiting for its next attempt, or running it.
    const later = isOver(seen.at(-1) ?? { ...NOTHING }) ? [] : await pod.watch((status) => isOver(status) || status.containers.some(({ restartCount, state }) => restartCount > 0 && state?.waiting));
    return { pod, seen: [...seen, ...later] };
  });
}

const NOTHING: PodStatusJson = { name: '', namespace: '', UID: '', JID: '', containers: [], initContainers: [] };

async function watchToTheEnd(pod: StagedPod): Promise<readonly PodStatusJson[]> {
  const seen = await pod.watch(isOver);
  let looks = 0;
  const after = await pod.watch(() => (looks += 1) >= LOOKS_AFTER);
  return [...seen, ...after];
}
