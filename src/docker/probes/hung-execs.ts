import { type Clock } from '../../clock.js';
import { isEngineError, Slots } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { runTool, type ToolBench } from '../sandbox/index.js';
import { withDeadline } from './deadline.js';

/** To look at other users' processes and their files in /proc, and to end them. */
const CAPABILITIES = ['SYS_PTRACE', 'DAC_READ_SEARCH', 'KILL'];
/** Helpers at once, of all pods. */
const HELPERS_AT_ONCE = 2;
const LONGEST_MS = 30_000;

interface Batch {
  readonly marks: string[];
  readonly done: Promise<void>;
}

/**
 * Ends commands that hang: closing their stream does not, and the engine has no call for it. Each carries a mark in its environment,
 * by which a helper among the container's processes finds it and what it has started. One helper a container at a time, which takes
 * what has come together meanwhile.
 */
export class HungExecs {
  private readonly helpers = new Slots(HELPERS_AT_ONCE);
  /** By container: those whose helper has not begun. */
  private readonly waiting = new Map<string, Batch>();
  private readonly latest = new Map<string, Promise<void>>();

  constructor(
    private readonly bench: ToolBench,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves when what carries the mark has been killed, or cannot be. @param mark `NAME=value` */
  kill(containerId: string, mark: string): Promise<void> {
    const joined = this.waiting.get(containerId);
    if (joined !== undefined) {
      joined.marks.push(mark);
      return joined.done;
    }
    const marks = [mark];
    const before = this.latest.get(containerId) ?? Promise.resolve();
    const done = before.then(() => this.helpers.run(() => this.killNow(containerId, marks)));
    this.waiting.set(containerId, { marks, done });
    const latest = done.finally(() => {
      if (this.latest.get(containerId) === latest) this.latest.delete(containerId);
    });
    this.latest.set(containerId, latest);
    return done;
  }

  /** Resolves when no helper is left. */
  async settled(): Promise<void> {
    while (this.latest.size > 0) await Promise.all(this.latest.values());
  }

  private async killNow(containerId: string, marks: readonly string[]): Promise<void> {
    this.waiting.delete(containerId);
    const command = marks.flatMap((mark, index) => [...(index === 0 ? [] : ['+']), 'kill', mark]);
    const run = { command, mounts: [], capabilities: CAPABILITIES, host: { PidMode: `container:${containerId}` } };
    try {
      await withDeadline(LONGEST_MS, this.clock, new AbortController().signal, (signal) => runTool(run, this.bench, signal));
    } catch (error) {
      // Most often the container has ended, and its commands with it.
      const hasEnded = isEngineError(error, 'NotFound', 'Conflict');
      this.logger[hasEnded ? 'debug' : 'warn']('a command that hangs in a container could not be ended', { containerId, reason: messageOf(error) });
    }
  }
}
