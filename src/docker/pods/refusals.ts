import type { Pod, PodEvent } from '../../kube/index.js';
import { ProviderError } from '../../errors.js';
import type { EventReason } from '../events/index.js';
import type { Rooms } from './rooms.js';

/** A path of the host is not what the pod says it is; the kubelet's `FailedMount`. */
export class MountRefused extends ProviderError {
  constructor(
    /** In pod.spec.volumes. */
    readonly volume: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super('InvalidPod', message, options);
  }
}

/** Says why a pod was not taken on, where a kubelet would have said it in an event. */
export function tellOfRefusal({ metadata }: Pod, error: unknown, { events, clock, logger }: Pick<Rooms, 'events' | 'clock' | 'logger'>): void {
  const refusal = toEvent(error);
  if (refusal === undefined) return;
  const { uid, namespace, name } = metadata;
  events.addOfRefused(uid, { at: clock.now(), type: 'Warning', ...refusal });
  logger.warn(refusal.message, { podUid: uid, namespace, pod: name, reason: refusal.reason });
}

function toEvent(error: unknown): (Pick<PodEvent, 'message'> & { readonly reason: EventReason }) | undefined {
  if (error instanceof MountRefused) return { reason: 'FailedMount', message: `MountVolume.SetUp failed for volume "${error.volume}" : ${error.message}` };
  if (!(error instanceof ProviderError)) return undefined;
  const { kind, message } = error;
  const [, short, why] = (kind === 'OutOfResources' && /^OutOf(\S+): (.*)$/s.exec(message)) || [];
  if (short !== undefined && why !== undefined) return { reason: `OutOf${short}`, message: why };
  const isOfSandbox = kind === 'OutOfResources' || kind === 'EngineFailed';
  return isOfSandbox ? { reason: 'FailedCreatePodSandBox', message: `Failed to create pod sandbox: ${message}` } : undefined;
}
