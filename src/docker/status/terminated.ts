import type { ContainerState } from '../../kube/index.js';
import type { End } from '../decide/index.js';
import type { ObservedContainer } from '../record/index.js';
import { toTime } from './texts.js';

type Terminated = NonNullable<ContainerState['terminated']>;

/** The shell's and the engine's codes for a command that cannot be executed, and one that is not there. */
const CANNOT_RUN = [126, 127];

/**
 * How an attempt ended, as v1.ContainerStateTerminated. The virtual kubelet overwrites `reason`; so `message` begins with it
 * wherever it says more than the exit code does.
 */
export function toTerminated(attempt: ObservedContainer, end: End): Terminated {
  const reason = toReason(attempt, end);
  const text = toText(attempt, end);
  return {
    exitCode: end.exitCode,
    reason,
    startedAt: toTime(end.startedAt),
    finishedAt: toTime(end.finishedAt),
    containerID: `docker://${attempt.id}`,
    ...(end.signal !== undefined && { signal: end.signal }),
    ...(text !== '' && { message: `${reason}: ${text}` }),
  };
}

/** One that never ran and never will: the code is not 0, so that the pod does not read as succeeded. Without times, as from a kubelet. */
export function neverRan(reason: string, exitCode: number, text: string): Terminated {
  return { exitCode, reason, message: `${reason}: ${text}` };
}

function toReason({ oomKilled }: ObservedContainer, { cause, exitCode }: End): string {
  if (cause === 'failedStart') return CANNOT_RUN.includes(exitCode) ? 'ContainerCannotRun' : 'StartError';
  if (cause === 'vanished') return 'ContainerStatusUnknown';
  if (oomKilled) return 'OOMKilled';
  return exitCode === 0 ? 'Completed' : 'Error';
}

/** The program's own last words before any of ours. Of one that ran, what the engine calls its error is of a later removal. */
function toText({ oomKilled, error, endedFromOutside, terminationMessage }: ObservedContainer, { cause }: End): string {
  if (cause === 'failedStart' || cause === 'vanished') return error;
  if (terminationMessage !== undefined) return terminationMessage;
  if (oomKilled) return 'the container, or a process in it, was killed for want of memory';
  if (cause === 'outside') return `stopped by signal ${endedFromOutside ?? 0} from outside the cluster`;
  if (cause === 'unhealthy') return 'stopped because a probe or hook of the container failed';
  if (cause === 'sandbox') return 'stopped because the sandbox of the pod changed';
  return '';
}
