import type { ContainerState, Pod } from '../../kube/index.js';
import { type Circumstances, type ContainerReading, doublingDelayMs, type ImageState, isRunning, type PodReading, startGateOf } from '../decide/index.js';
import { SANDBOX } from '../record/index.js';
import { toDuration } from './texts.js';

type Waiting = NonNullable<ContainerState['waiting']>;

/** How long a failed pull is reported as such, before it is reported as a back-off: at least once to a caller that asks every 5 s. */
const FRESH_FAILURE_MS = 6_000;

/** A container whose turn has not come. */
export const INITIALISING: Waiting = { reason: 'PodInitializing' };

/** Why a container whose turn has come does not run yet, with the kubelet's reasons. */
export function toWaiting(container: ContainerReading, pod: PodReading, circumstances: Circumstances, now: Date): Waiting {
  const gate = startGateOf(container, circumstances, now);
  switch (gate.kind) {
    case 'backOff':
      return { reason: 'CrashLoopBackOff', message: `back-off ${toDuration(gate.delayMs)} restarting failed container=${container.name} pod=${toPodText(pod.pod)}` };
    case 'imageFailed':
      return toImageFailure(gate.state, container.spec.image ?? '', now);
    case 'createFailed':
      return { reason: gate.failure.reason ?? 'CreateContainerError', message: gate.failure.message };
    case 'imagePulling':
      return starting(container, pod, gate.state.message);
    case 'imageUnknown':
    case 'open':
      return starting(container, pod, sandboxFailure(pod, circumstances));
  }
}

/** The kubelet's default: pods with init containers are initialising until the container is there for the first time. */
function starting(container: ContainerReading, pod: PodReading, message: string | undefined): Waiting {
  const reason = pod.inits.length > 0 && container.standing.kind === 'absent' ? 'PodInitializing' : 'ContainerCreating';
  return { reason, ...(message !== undefined && { message }) };
}

function sandboxFailure({ shared, sandbox }: PodReading, circumstances: Circumstances): string | undefined {
  const failure = circumstances.createFailures.get(SANDBOX);
  const isThere = sandbox !== undefined && (!shared || isRunning(sandbox));
  return failure === undefined || isThere ? undefined : `failed to create the sandbox of the pod: ${failure.message}`;
}

/** A pull that failed is tried again with a back-off; a policy or a name that forbids it is its own reason. */
function toImageFailure({ reason, message, failures, retryAt }: ImageState & { kind: 'failed' }, image: string, now: Date): Waiting {
  if (reason !== 'ErrImagePull') return { reason, message };
  const failedAtMs = retryAt.getTime() - doublingDelayMs(failures);
  if (now.getTime() - failedAtMs < FRESH_FAILURE_MS) return { reason, message };
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${reason}: ${message}` };
}

function toPodText({ metadata: { name, namespace, uid } }: Pod): string {
  return `${name}_${namespace}(${uid})`;
}
