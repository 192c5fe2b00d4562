import { messageOf } from '../../errors.js';
import { type Container, defaultPullPolicy } from '../../kube/index.js';
import { ImageError, type ImageRequest, type PullListener, type PullPolicy } from '../images/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/**
 * Gets the images that a container mounts, one after the other: a container cannot be made without them.
 * @throws ImageError naming the volume; EngineError `Unavailable`; the pod's reason when it is to go
 */
export async function prepareVolumeImages(container: Container | undefined, pod: ManagedPod, rooms: Rooms): Promise<void> {
  for (const [volume, request] of wantedBy(container, pod)) {
    const listener: PullListener = {
      started: () => pod.addEvent('Normal', 'Pulling', `Pulling image "${request.image}" for the volume ${volume}`, container?.name),
      progress: () => undefined,
    };
    try {
      await rooms.images.prepare(request, listener, pod.signal);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      throw new ImageError(error.reason, `image "${request.image}" of the volume ${volume}: ${messageOf(error)}`, { cause: error });
    }
  }
}

function wantedBy(container: Container | undefined, { record }: ManagedPod): ReadonlyMap<string, ImageRequest> {
  const mounted = new Set(container?.volumeMounts?.map(({ name }) => name));
  const images = (record.pod.spec.volumes ?? []).flatMap(({ name, image }): [string, ImageRequest][] => {
    if (!image || !mounted.has(name)) return [];
    const reference = image.reference ?? '';
    return [[name, { image: reference, policy: (image.pullPolicy as PullPolicy | undefined) ?? defaultPullPolicy(reference), logins: [] }]];
  });
  return new Map(images);
}
