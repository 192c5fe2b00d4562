import { type ContainerDetails, hasRunNothing } from '../../engine/index.js';
import { signalNumber } from '../../kube/index.js';
import { LABEL, type ObservedContainer, parseContainerName, SANDBOX } from '../record/index.js';

/** What an inspection says of one container, in the shape that decisions are made on. Pure. */
export interface Observation {
  readonly podUid: string;
  readonly container: ObservedContainer;
  /** Signal number of an orderly stop. */
  readonly stopSignal: number;
  readonly stopTimeoutSeconds: number;
}

const SIGTERM = 15;
/** The engine's own, where a container names none. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 10;

/**
 * @param known the last observation: an operator's rename takes the attempt's number out of the name, not out of our memory
 * @param isStarting its start is under way, so that a failure is not settled
 * @returns `undefined` for a container without a pod's labels
 */
export function toObservation(details: ContainerDetails, known: ObservedContainer | undefined, endedFromOutside?: number, isStarting = false): Observation | undefined {
  const labels = details.Config.Labels ?? {};
  const podUid = labels[LABEL.podUid];
  const name = labels[LABEL.container];
  if (podUid === undefined || name === undefined) return undefined;
  const { State: state } = details;
  const startedAt = toTime(state.StartedAt);
  const finishedAt = toTime(state.FinishedAt);
  const sandboxId = labels[LABEL.sandboxId];
  const era = labels[LABEL.era];
  const container: ObservedContainer = {
    id: details.Id,
    engineName: details.Name.replace(/^\//, ''),
    name,
    attempt: parseContainerName(details.Name)?.attempt ?? known?.attempt ?? 0,
    state: state.Status,
    exitCode: state.ExitCode,
    // Of the latter nothing has run: a plugin that died before it took the start back starts it again.
    error: isStarting || hasRunNothing(state.Error) ? '' : state.Error,
    oomKilled: state.OOMKilled,
    createdAt: details.Created,
    imageId: details.Image,
    tty: details.Config.Tty,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(endedFromOutside !== undefined && { endedFromOutside }),
    ...(era !== undefined && { era }),
    ...(name !== SANDBOX && sandboxId !== undefined && { sandboxId }),
  };
  return {
    podUid,
    container,
    stopSignal: toSignalNumber(details.Config.StopSignal),
    stopTimeoutSeconds: details.Config.StopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
  };
}

/** The engine writes the year 1 for "never". */
function toTime(text: string): string | undefined {
  return text === '' || text.startsWith('0001-') ? undefined : text;
}

function toSignalNumber(signal: string | undefined): number {
  if (signal === undefined || signal === '') return SIGTERM;
  return signalNumber(signal.toUpperCase()) ?? (Number(signal) || SIGTERM);
}
