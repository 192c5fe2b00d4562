import { type ObservedContainer, SANDBOX } from '../record/index.js';
import { graceSecondsOf } from './decide-containers.js';
import { isRunning } from './engine-state.js';
import type { PodReading } from './reading.js';
import { isFromBefore } from './sandbox-change.js';
import type { Circumstances, PodAction } from './types.js';
import { unless } from './wait.js';

/** What a sandbox needs that is not there, or not fit to be used. `undefined`: it is fine. */
export function decideRecord(pod: PodReading, circumstances: Circumstances, now: Date): readonly PodAction[] | undefined {
  const { sandbox } = pod;
  if (sandbox === undefined) return [unless(circumstances.createFailures.get(SANDBOX)?.retryAt, now, { kind: 'createSandbox' })];
  if (sandbox.state === 'removing') return []; // its destruction wakes the pod
  if (sandbox.state === 'dead') return [{ kind: 'removeContainer', containerId: sandbox.id }]; // the engine cannot start it any more
  return undefined;
}

/** A pod that is over keeps its sandbox, as its record, but not a process. */
export function decideRest(sandbox: ObservedContainer | undefined): readonly PodAction[] {
  if (sandbox === undefined || !isRunning(sandbox)) return [];
  return [{ kind: 'stopContainer', containerId: sandbox.id, container: SANDBOX, graceSeconds: 0, why: 'the pod has ended' }];
}

/** Containers that run in namespaces that are gone: they are stopped, all of them, before anything is started. */
export function stopStranded(pod: PodReading): readonly PodAction[] {
  const { sandbox, shared } = pod;
  if (!shared || sandbox === undefined) return [];
  const isStranded = (container: ObservedContainer): boolean => isRunning(container) && (!isRunning(sandbox) || isFromBefore(container, sandbox));
  return [...pod.inits, ...pod.mains].flatMap(({ name, attempts }) =>
    attempts
      .filter(isStranded)
      .map(({ id }) => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds: graceSecondsOf(pod), why: 'SandboxChanged' }) as const),
  );
}

/** Starts the sandbox where containers are to join it; meanwhile their images may come, but none of them starts. */
export function beforeJoining(pod: PodReading, steps: readonly PodAction[], circumstances: Circumstances, now: Date): readonly PodAction[] {
  if (!pod.shared || (pod.sandbox !== undefined && isRunning(pod.sandbox))) return steps;
  const start = unless(circumstances.createFailures.get(SANDBOX)?.retryAt, now, { kind: 'startSandbox' });
  return [start, ...steps.filter((step) => step.kind === 'prepareImage')];
}
