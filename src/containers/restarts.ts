import type { Container, Pod } from '../kube/index.js';

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;
/** A container that ran this long is taken as healthy: its next restart is a first one again. */
const HEALTHY_MS = 600_000;

/**
 * The kubelet's restart back-off in ms: at once, then 10 s, 20 s, … 5 min.
 * @param restarts how many there were before
 * @param lastDelayMs what was waited before the attempt that ended
 * @param ranMs how long that attempt ran
 */
export function restartDelayMs(restarts: number, lastDelayMs: number, ranMs: number): number {
  if (restarts === 0 || ranMs >= HEALTHY_MS) return 0;
  return lastDelayMs === 0 ? FIRST_DELAY_MS : Math.min(lastDelayMs * 2, LONGEST_DELAY_MS);
}

/** Whether a container is started again after this end. An init container that has succeeded is not, whatever the policy says. */
export function isRestarted(pod: Pod, container: Container, isInit: boolean, exitCode: number): boolean {
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never' || exitCode === 0) return policy === 'Always' && !isInit;
  return true;
}
