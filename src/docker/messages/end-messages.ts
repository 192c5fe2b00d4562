import { type ContainerDetails, type Engine, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { openLog } from '../logs/index.js';
import { LABEL } from '../record/index.js';
import type { MessageFiles } from './message-files.js';
import { lastBytes } from './read-end.js';

/** The policy under which a container that failed without a word has its log speak for it. */
export const ERROR_POLICY = 'FallbackToLogsOnError';

/** Of a message, in bytes. @see Kubernetes, kubelet MaxContainerTerminationMessageLength */
const LONGEST_MESSAGE = 4096;
/** Of a log in the place of one. @see kubelet, MaxContainerTerminationMessageLogLength and -Lines */
const LONGEST_LOG = 2048;
const LOG_LINES = 80;
/** Reading takes milliseconds; whoever waits for the end of a container waits for it. */
const LONGEST_READING_MS = 20_000;

interface Reading {
  readonly endedAt: string;
  readonly message: Promise<string>;
}

/** Last words of containers that have ended, each read once. */
export class EndMessages {
  private readonly readings = new Map<string, Reading>();

  constructor(
    private readonly engine: Engine,
    private readonly files: MessageFiles,
  ) {}

  /**
   * What a container has left as its message; empty where it has not ended, or left none. A message that cannot be read says so.
   * @throws EngineError `Unavailable` when the engine is away
   */
  of(details: ContainerDetails): Promise<string> {
    const { Id: id, State: state } = details;
    if ((state.Status !== 'exited' && state.Status !== 'dead') || state.StartedAt.startsWith('0001-')) return Promise.resolve('');
    const known = this.readings.get(id);
    if (known?.endedAt === state.FinishedAt) return known.message;
    const reading = { endedAt: state.FinishedAt, message: this.read(details) };
    this.readings.set(id, reading);
    reading.message.catch(() => {
      if (this.readings.get(id) === reading) this.readings.delete(id);
    });
    return reading.message;
  }

  forget(containerId: string): void {
    this.readings.delete(containerId);
  }

  private async read(details: ContainerDetails): Promise<string> {
    const labels = details.Config.Labels ?? {};
    const [volume, file] = [labels[LABEL.messageVolume], labels[LABEL.messageFile]];
    try {
      const message = volume === undefined || file === undefined ? '' : (await this.files.read(volume, file, LONGEST_MESSAGE)).toString();
      const asksLog = message === '' && details.State.ExitCode !== 0 && labels[LABEL.messagePolicy] === ERROR_POLICY;
      return asksLog ? await this.endOfLog(details) : message;
    } catch (error) {
      if (isEngineError(error, 'Unavailable')) throw error;
      return `Error on reading termination message: ${messageOf(error)}`;
    }
  }

  private async endOfLog({ Id, Config }: ContainerDetails): Promise<string> {
    const options = { follow: false, timestamps: false, previous: false, tailLines: LOG_LINES };
    const log = await openLog(this.engine, Id, Config.Tty, options, AbortSignal.timeout(LONGEST_READING_MS));
    return (await lastBytes(log as AsyncIterable<Buffer>, LONGEST_LOG)).toString();
  }
}
