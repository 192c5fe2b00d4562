import { isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { defaultPullPolicy, InvalidImageName } from '../../kube/index.js';
import { doublingDelayMs } from '../decide/index.js';
import { ImageError, type ImageRequest, type Prepared, type PullListener, type PullPolicy, toGoDuration } from '../images/index.js';
import type { ManagedPod } from './managed-pod.js';
import { pullLoginsFor } from './pull-logins.js';
import type { Rooms } from './rooms.js';
import { containerSpec } from './start-container.js';

/**
 * Begins to get a container's image, and those that it mounts, and returns: a pull may take hours, and the pod's other containers
 * go on meanwhile. What comes of it is put beside the pod, and wakes it.
 */
export function prepareImage(container: string, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const failures = failuresOf(pod, container);
  pod.images.set(container, { kind: 'pulling' });
  void rooms.tracer
    .part('image', { 'k8s.container.name': container }, () => prepareEach(container, pod, rooms))
    .then(
      () => pod.images.set(container, { kind: 'present' }),
      (error: unknown) => noteFailure(error, container, failures + 1, pod, rooms),
    )
    .finally(() => pod.worker.wake());
  return Promise.resolve();
}

async function prepareEach(container: string, pod: ManagedPod, rooms: Rooms): Promise<void> {
  for (const needed of imagesFor(container, pod)) {
    try {
      await prepareOne(needed, container, pod, rooms);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (!pod.isDeleting) addFailureEvent(error, needed.image, container, pod);
      throw needed.volume === undefined ? error : new ImageError(error.reason, `image "${needed.image}" of the volume ${needed.volume}: ${error.message}`, { cause: error });
    }
  }
}

interface NeededImage {
  readonly image: string;
  readonly pullPolicy: string | undefined;
  /** Name of the volume that is made of it; absent: the container is. */
  readonly volume?: string;
}

/** What a container is made of, and the images among the volumes that it mounts. */
function imagesFor(container: string, pod: ManagedPod): NeededImage[] {
  const { image = '', imagePullPolicy: pullPolicy, volumeMounts } = containerSpec(pod, container) ?? {};
  const mounted = new Set(volumeMounts?.map(({ name }) => name));
  const volumes = (pod.record.pod.spec.volumes ?? []).filter(({ name }) => mounted.has(name));
  return [{ image, pullPolicy }, ...volumes.flatMap(({ name, image: source }) => (source ? [{ image: source.reference ?? '', pullPolicy: source.pullPolicy, volume: name }] : []))];
}

async function prepareOne({ image, pullPolicy }: NeededImage, container: string, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const listener: PullListener = {
    started: () => pod.addEvent('Normal', 'Pulling', `Pulling image "${image}"`, container),
    progress: (message) => pod.images.set(container, { kind: 'pulling', message }),
  };
  const prepared = await rooms.images.prepare(toImageRequest(image, pullPolicy, pod, rooms), listener, pod.signal);
  pod.addEvent('Normal', 'Pulled', toPulledMessage(image, prepared), container);
}

/** @throws ImageError for a name that no image can have, in a pod that admission has not seen */
function toImageRequest(image: string, pullPolicy: string | undefined, pod: ManagedPod, rooms: Rooms): ImageRequest {
  try {
    return { image, policy: pullPolicy ? (pullPolicy as PullPolicy) : defaultPullPolicy(image), logins: pullLoginsFor(image, pod, rooms) };
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

function noteFailure(error: unknown, container: string, failures: number, pod: ManagedPod, rooms: Rooms): void {
  if (pod.isDeleting || isEngineError(error, 'Unavailable', 'Aborted')) {
    pod.images.delete(container); // asked again when the engine is back
    return;
  }
  const retryAt = new Date(rooms.clock.now().getTime() + doublingDelayMs(failures));
  const reason = error instanceof ImageError ? error.reason : 'ErrImagePull';
  pod.images.set(container, { kind: 'failed', reason, message: messageOf(error), failures, retryAt });
}

/** As the kubelet tells of it: what happened, then what is the matter, then what is done. */
function addFailureEvent({ reason, message }: ImageError, image: string, container: string, pod: ManagedPod): void {
  if (reason === 'ErrImagePull') pod.addEvent('Warning', 'Failed', `Failed to pull image "${image}": ${message}`, container);
  else if (reason === 'ErrImageNeverPull') pod.addEvent('Warning', 'ErrImageNeverPull', message, container);
  else pod.addEvent('Warning', 'InspectFailed', `Failed to apply default image tag "${image}": ${message}`, container);
  pod.addEvent('Warning', 'Failed', `Error: ${reason}`, container);
  if (reason === 'ErrImagePull') pod.addEvent('Normal', 'BackOff', `Back-off pulling image "${image}"`, container);
}
