import type { ObservedPod } from '../record/index.js';
import { isRunning } from './engine-state.js';
import type { PodAction } from './types.js';

/** A deleted pod: everything that runs is stopped at once, each with the whole grace period; then the pod goes. */
export function decideDeletion(observed: ObservedPod, graceSeconds: number): PodAction[] {
  const running = [...observed.containers.values()].flat().filter(isRunning);
  if (running.length === 0) return [{ kind: 'removePod' }];
  return running.map(({ id, name }) => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds, why: 'the pod is being deleted' }));
}
