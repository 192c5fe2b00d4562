import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { defaultPullPolicy, InvalidImageName } from '../../kube/index.js';
import { doublingDelayMs } from '../decide/index.js';
import { ImageError, type ImageRequest, type Prepared, type PullListener, type PullPolicy, toGoDuration } from '../images/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { containerSpec } from './start-container.js';
import { prepareVolumeImages } from './volume-images.js';

/**
 * Begins to get a container's image and returns: a pull may take hours, and the pod's other containers go on meanwhile.
 * What comes of it is put beside the pod, and wakes it.
 */
export function prepareImage(container: string, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const image = containerSpec(pod, container)?.image ?? '';
  const failures = failuresOf(pod, container);
  pod.images.set(container, { kind: 'pulling' });
  const listener: PullListener = {
    started: () => pod.addEvent('Normal', 'Pulling', `Pulling image "${image}"`, container),
    progress: (message) => pod.images.set(container, { kind: 'pulling', message }),
  };
  void prepare(container, listener, pod, rooms)
    .then(
      (prepared) => {
        pod.images.set(container, { kind: 'present' });
        pod.addEvent('Normal', 'Pulled', toPulledMessage(image, prepared), container);
      },
      (error: unknown) => noteFailure(error, { container, image, failures: failures + 1 }, pod, rooms),
    )
    .finally(() => pod.worker.wake());
  return Promise.resolve();
}

async function prepare(container: string, listener: PullListener, pod: ManagedPod, rooms: Rooms): Promise<Prepared> {
  const prepared = await rooms.images.prepare(toImageRequest(container, pod), listener, pod.signal);
  await prepareVolumeImages(containerSpec(pod, container), pod, rooms);
  return prepared;
}

/** @throws ImageError for a name that no image can have, in a pod that admission has not seen */
function toImageRequest(container: string, pod: ManagedPod): ImageRequest {
  const { image = '', imagePullPolicy } = containerSpec(pod, container) ?? {};
  try {
    return { image, policy: (imagePullPolicy as PullPolicy | undefined) ?? defaultPullPolicy(image), logins: [] };
  } catch (error) {
    if (error instanceof InvalidImageName) throw new ImageError('InvalidImageName', error.message, { cause: error });
    throw error;
  }
}

/** In the kubelet's words. */
function toPulledMessage(image: string, prepared: Prepared): string {
  if (prepared.how === 'present') return `Container image "${image}" already present on machine`;
  const times = `${toGoDuration(prepared.pullMs)} (${toGoDuration(prepared.totalMs)} including waiting)`;
  return `Successfully pulled image "${image}" in ${times}. Image size: ${prepared.image.Size} bytes.`;
}

function failuresOf(pod: ManagedPod, container: string): number {
  const state = pod.images.get(container);
  return state?.kind === 'failed' ? state.failures : 0;
}

interface Failing {
  readonly container: string;
  readonly image: string;
  /** How often in a row, from 1. */
  readonly failures: number;
}

function noteFailure(error: unknown, { container, image, failures }: Failing, pod: ManagedPod, rooms: Rooms): void {
  if (pod.isDeleting || isEngineError(error, 'Unavailable', 'Aborted')) {
    pod.images.delete(container); // asked again when the engine is back
    return;
  }
  const retryAt = new Date(rooms.clock.now().getTime() + doublingDelayMs(failures));
  const reason = error instanceof ImageError ? error.reason : 'ErrImagePull';
  const message = messageOf(error);
  pod.images.set(container, { kind: 'failed', reason, message, failures, retryAt });
  if (reason === 'ErrImagePull') pod.addEvent('Warning', 'Failed', `Failed to pull image "${image}": ${message}`, container);
  else if (reason === 'ErrImageNeverPull') pod.addEvent('Warning', 'ErrImageNeverPull', message, container);
  else pod.addEvent('Warning', 'InspectFailed', `Failed to apply default image tag "${image}": ${message}`, container);
  pod.addEvent('Warning', 'Failed', `Error: ${reason}`, container);
  if (reason === 'ErrImagePull') pod.addEvent('Normal', 'BackOff', `Back-off pulling image "${image}"`, container);
}
