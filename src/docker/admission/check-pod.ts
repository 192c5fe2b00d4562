import type { Pod } from '../../kube/index.js';
import { RESTART_POLICIES } from './check-restart.js';
import { type Finding, invalid, quoted } from './findings.js';

const LONGEST_DEADLINE = 2 ** 31 - 1;

/** Values that belong to the pod as a whole. */
export function* checkPod({ spec }: Pod): Iterable<Finding> {
  const { containers, restartPolicy, terminationGracePeriodSeconds: graceSeconds, activeDeadlineSeconds } = spec;
  if (containers.length === 0) yield invalid('pod.spec.containers', 'a pod needs a container');
  if (restartPolicy && !RESTART_POLICIES.includes(restartPolicy)) {
    yield invalid('pod.spec.restartPolicy', `${quoted(restartPolicy)} is not one of ${RESTART_POLICIES.join(', ')}`);
  }
  if (!Number.isSafeInteger(graceSeconds ?? 0) || (graceSeconds ?? 0) < 0) {
    yield invalid('pod.spec.terminationGracePeriodSeconds', `${quoted(graceSeconds)} is not a number of seconds`);
  }
  if (!Number.isInteger(activeDeadlineSeconds ?? 1) || (activeDeadlineSeconds ?? 1) < 1 || (activeDeadlineSeconds ?? 1) > LONGEST_DEADLINE) {
    yield invalid('pod.spec.activeDeadlineSeconds', `${quoted(activeDeadlineSeconds)} is not from 1 to ${LONGEST_DEADLINE} seconds`);
  }
}
