import type { Container, ContainerStatus, Pod } from '../../kube/index.js';
import type { ContainerStatuses } from './pod-status.js';
import { KILLED_EXIT_CODE } from './states.js';
import { neverRan } from './terminated.js';
import { toTime } from './texts.js';

/**
 * Status of a pod that should be here and of which nothing is left, as a kubelet reports containers that it lost. Left out
 * of the answer, such a pod would run for ever in the cluster's eyes.
 */
export function unknownPodStatus(pod: Pod, now: Date): ContainerStatuses {
  const at = toTime(now);
  const terminated = { ...neverRan('ContainerStatusUnknown', KILLED_EXIT_CODE, 'the container could not be found on the engine'), startedAt: at, finishedAt: at };
  const lost = ({ name, image }: Container): ContainerStatus => ({
    name,
    image: image ?? '',
    imageID: '',
    containerID: '',
    restartCount: 0,
    lastState: {},
    ready: false,
    started: false,
    state: { terminated },
  });
  return { containers: pod.spec.containers.map(lost), initContainers: (pod.spec.initContainers ?? []).map(lost) };
}
