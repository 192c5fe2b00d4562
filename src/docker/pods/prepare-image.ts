import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { defaultPullPolicy } from '../../kube/index.js';
import { doublingDelayMs } from '../decide/index.js';
import { ImageError, type PullPolicy } from '../images/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { containerSpec } from './start-container.js';

/**
 * Begins to get a container's image and returns: a pull may take hours, and the pod's other containers go on meanwhile.
 * What comes of it is put beside the pod, and wakes it.
 */
export function prepareImage(container: string, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const spec = containerSpec(pod, container);
  const image = spec?.image ?? '';
  const policy = (spec?.imagePullPolicy as PullPolicy | undefined) ?? defaultPullPolicy(image);
  const failures = failuresOf(pod, container);
  pod.images.set(container, { kind: 'pulling' });
  const listener = {
    started: () => pod.addEvent('Normal', 'Pulling', `Pulling image "${image}"`, container),
    progress: (message: string) => pod.images.set(container, { kind: 'pulling', message }),
  };
  void rooms.images
    .prepare(image, policy, listener, pod.signal)
    .then(
      (prepared) => {
        pod.images.set(container, { kind: 'present' });
        const message = prepared === 'pulled' ? `Successfully pulled image "${image}"` : `Container image "${image}" already present on machine`;
        pod.addEvent('Normal', 'Pulled', message, container);
      },
      (error: unknown) => noteFailure(error, container, failures + 1, pod, rooms),
    )
    .finally(() => pod.worker.wake());
  return Promise.resolve();
}

function failuresOf(pod: ManagedPod, container: string): number {
  const state = pod.images.get(container);
  return state?.kind === 'failed' ? state.failures : 0;
}

function noteFailure(error: unknown, container: string, failures: number, pod: ManagedPod, rooms: Rooms): void {
  if (pod.isDeleting || isEngineError(error, 'Unavailable', 'Aborted')) {
    pod.images.delete(container); // asked again when the engine is back
    return;
  }
  const retryAt = new Date(rooms.clock.now().getTime() + doublingDelayMs(failures));
  const reason = error instanceof ImageError ? error.reason : 'ErrImagePull';
  pod.images.set(container, { kind: 'failed', reason, message: messageOf(error), failures, retryAt });
  pod.addEvent('Warning', 'Failed', `${reason}: ${messageOf(error)}`, container);
}
