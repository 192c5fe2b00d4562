import type { Container, ContainerStatus, Pod } from '../kube/index.js';

/** interLink writes the answer to `/create` into this annotation: a pod that has it was accepted once. */
const ACCEPTED_ANNOTATION = 'JobID';
/** As after a SIGKILL: nobody knows how it ended. */
const LOST_EXIT_CODE = 137;

/**
 * Whether the cluster takes a pod for accepted and not ended. Of one that a plugin does not know nothing is told where this does not hold:
 * its create has not come yet, or its end has been told.
 */
export function isTakenForAlive({ metadata, status }: Pod): boolean {
  const phase = status?.phase ?? 'Pending';
  if (phase === 'Succeeded' || phase === 'Failed') return false;
  return phase !== 'Pending' || metadata.annotations?.[ACCEPTED_ANNOTATION] !== undefined;
}

/**
 * Statuses of a pod that should be here and of which nothing is left, as a kubelet reports containers that it lost. Left out
 * of the answer, such a pod would run for ever in the cluster's eyes.
 */
export function lostContainers(pod: Pod, now: Date): { containers: ContainerStatus[]; initContainers: ContainerStatus[] } {
  const at = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const [reason, message] = ['ContainerStatusUnknown', 'ContainerStatusUnknown: nothing of the container could be found'];
  const lost = ({ name, image = '' }: Container): ContainerStatus => ({
    name,
    image,
    imageID: '',
    containerID: '',
    restartCount: 0,
    lastState: {},
    ready: false,
    started: false,
    state: { terminated: { exitCode: LOST_EXIT_CODE, reason, message, startedAt: at, finishedAt: at } },
  });
  return { containers: pod.spec.containers.map(lost), initContainers: (pod.spec.initContainers ?? []).map(lost) };
}
