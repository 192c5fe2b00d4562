import type { ContainerStatus, Pod } from '../kube/index.js';
import { isFinal } from './phase.js';
import type { CallerView } from './phase.js';
import { toTime } from './stamp.js';

/** The pod in a /status body: with the job's name once `/create` has answered, and with what was last seen. */
export function toStatusPod(pod: Pod, jobId: string | undefined, view: CallerView): Pod {
  const { containers, initContainers, phase, reason } = view;
  return {
    ...withJobId(pod, jobId),
    status: {
      ...pod.status,
      phase,
      ...(reason !== '' && { reason }),
      ...(initContainers.length > 0 && { initContainerStatuses: [...initContainers] }),
      ...(containers.length > 0 && { containerStatuses: [...containers] }),
    },
  };
}

/**
 * The pod in a /delete body. While it runs, its deletion has a time and a grace period; the container states are the
 * virtual kubelet's own invention.
 */
export function toDeletePod(pod: Pod, jobId: string | undefined, view: CallerView, now: Date): Pod {
  const sent = toStatusPod(pod, jobId, { ...view, reason: 'VKProviderPodDeleted' });
  const running = view.phase === 'Running';
  const graceSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
  const end = (status: ContainerStatus): ContainerStatus => withDeletion(status, now);
  return {
    ...sent,
    metadata: { ...sent.metadata, ...(running && { deletionTimestamp: toTime(now), deletionGracePeriodSeconds: graceSeconds }) },
    status: {
      ...sent.status,
      ...(sent.status?.containerStatuses && { containerStatuses: sent.status.containerStatuses.map(end) }),
      ...(sent.status?.initContainerStatuses && { initContainerStatuses: sent.status.initContainerStatuses.map(end) }),
      phase: isFinal(view.phase) || running ? view.phase : 'Pending',
    },
  };
}

function withJobId(pod: Pod, jobId: string | undefined): Pod {
  if (jobId === undefined) return pod;
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, JobID: jobId } } };
}

function withDeletion(status: ContainerStatus, now: Date): ContainerStatus {
  const message = 'VK provider terminated container upon deletion';
  return {
    ...status,
    ready: false,
    state: { terminated: { exitCode: 0, reason: 'VKProviderPodContainerDeleted', message, finishedAt: toTime(now) } },
  };
}
