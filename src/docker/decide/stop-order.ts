import { nativeSidecars, type Pod } from '../../kube/index.js';
import type { ObservedContainer } from '../record/index.js';
import type { Grace, PodAction } from './types.js';

/** Seconds that a container gets at least whose turn comes when the grace period is used up. */
const LEAST_SECONDS = 2;

/**
 * Of the containers that run, those to be stopped next: all but the sidecars, side by side; then the sidecars one by one, the
 * last one first, each with what the others left of the grace period. Without one nobody waits for another.
 * @param now by the clock of `grace.since`
 * @see kubelet, terminationOrdering
 */
export function stopNext(pod: Pod, running: readonly ObservedContainer[], { graceSeconds, since }: Grace, now: Date, why: string): readonly PodAction[] {
  const sidecars = sidecarNames(pod);
  const toStop = (seconds: number) => ({ id, name }: ObservedContainer): PodAction => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds: seconds, why });
  const first = graceSeconds === 0 ? running : running.filter(({ name }) => !sidecars.includes(name));
  if (first.length > 0) return first.map(toStop(graceSeconds));
  const last = sidecars.findLast((name) => running.some((container) => container.name === name));
  const restSeconds = graceSeconds - Math.floor(Math.max(now.getTime() - since.getTime(), 0) / 1000);
  return running.filter(({ name }) => name === last).map(toStop(Math.max(restSeconds, LEAST_SECONDS)));
}

function sidecarNames(pod: Pod): readonly string[] {
  return nativeSidecars(pod).map(({ name }) => name);
}
