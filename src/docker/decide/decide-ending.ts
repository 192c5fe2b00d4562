import type { ObservedPod } from '../record/index.js';
import { decideFinished } from './decide-sandbox.js';
import { isRunning } from './engine-state.js';
import type { DesiredPod, PodAction } from './types.js';

/** A deleted pod: everything that runs is stopped at once, each with the whole grace period; then the pod goes. */
export function decideDeletion(observed: ObservedPod, { graceSeconds }: NonNullable<DesiredPod['deletion']>): readonly PodAction[] {
  const stops = stopAll(observed, graceSeconds, 'the pod is being deleted');
  return stops.length > 0 ? stops : [{ kind: 'removePod' }];
}

/** A pod that the node ends stays on the engine until its delete comes, with its logs. */
export function decideEnding(observed: ObservedPod, { reason, graceSeconds }: NonNullable<DesiredPod['ending']>): readonly PodAction[] {
  const stops = stopAll(observed, graceSeconds, reason);
  return stops.length > 0 ? stops : decideFinished(observed.sandbox);
}

function stopAll(observed: ObservedPod, graceSeconds: number, why: string): readonly PodAction[] {
  const running = [...observed.containers.values()].flat().filter(isRunning);
  return running.map(({ id, name }) => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds, why }));
}
