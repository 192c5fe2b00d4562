import { Transform } from 'node:stream';
import type { TransformCallback, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { toLogBody } from '../caller/index.js';
import type { CallerView, PluginCaller } from '../caller/index.js';
import { messageOf } from '../errors.js';
import { allContainers } from '../kube/index.js';
import type { Pod } from '../kube/index.js';

/** Where logs go and how failures are told. */
export interface LogSink {
  readonly stdout: Writable;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Prints the logs of a pod's containers; with more than one container each line begins with its container's name. */
export class PodLogs {
  private readonly opened = new Map<string, Promise<void>>();
  private readonly prefixed: boolean;

  constructor(
    private readonly caller: Pick<PluginCaller, 'getLogs'>,
    private readonly pod: Pod,
    private readonly sink: LogSink,
  ) {
    this.prefixed = allContainers(pod).length > 1;
  }

  /** Opens the log of every attempt that has started since the last call. */
  follow(view: CallerView): void {
    for (const { name, restartCount, state } of [...view.initContainers, ...view.containers]) {
      const attempt = `${name} ${restartCount}`;
      if ((state?.running || state?.terminated) && !this.opened.has(attempt)) this.opened.set(attempt, this.print(name, true));
    }
  }

  /** Resolves when every log that was opened has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.opened.values());
  }

  /** Prints the log of each container that has ended, one after the other. */
  async printAll({ initContainers, containers }: CallerView): Promise<void> {
    for (const { name, state } of [...initContainers, ...containers]) if (state?.terminated) await this.print(name, false);
  }

  /** Never rejects: a log that is lost does not end the run. */
  private async print(container: string, follow: boolean): Promise<void> {
    const { stdout, say, signal } = this.sink;
    try {
      const log = await this.caller.getLogs(toLogBody(this.pod, container, { Follow: follow }), signal);
      await (this.prefixed ? pipeline(log, prefixLines(`[${container}] `), stdout, { end: false, signal }) : pipeline(log, stdout, { end: false, signal }));
    } catch (error) {
      if (!signal.aborted) say(`the log of ${container} broke off: ${messageOf(error)}`);
    }
  }
}

/** Whole lines with `prefix`, so that several logs can share one output; a last line without its end is given one. */
export function prefixLines(prefix: string): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const toLines = (text: string): string => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines.map((line) => `${prefix}${line}\n`).join('');
  };
  return new Transform({
    transform: (chunk: Buffer, _encoding, done: TransformCallback) => done(null, toLines(decoder.write(chunk))),
    flush: (done: TransformCallback) => {
      const last = toLines(decoder.end());
      done(null, rest === '' ? last : `${last}${prefix}${rest}\n`);
    },
  });
}
