import type { Clock } from '../../clock.js';
import { type Engine, isEngineError, Slots } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { type Handler, type Probe, timingOf } from '../../kube/index.js';
import { boundedSignal, DeadlineExceeded, withDeadline } from './deadline.js';
import { probeGrpc } from './grpc-probe.js';
import { getHttp, probeHttp } from './http-probe.js';
import type { HungExecs } from './hung-execs.js';
import { runCommand } from './run-command.js';
import { probeTcp } from './tcp-probe.js';
import type { Dial, ProbeAnswer, ProbeTarget } from './types.js';

/** Probes at once, of all pods: commands cost the engine a process each, connections next to nothing. */
const COMMANDS_AT_ONCE = 8;
const CONNECTIONS_AT_ONCE = 64;
/** A probe that takes longer holds up nobody else's. */
const LONGEST_TURN_MS = 2_000;
/** Whoever stops the plugin waits no longer. */
const STOP_WAIT_MS = 5_000;
/** Of a hook that connects: as nothing else ends one but its container. */
const LONGEST_HOOK_MS = 60 * 60_000;

/** What probes and hooks are done with. */
export interface ProberParts {
  readonly engine: Engine;
  readonly dial: Dial;
  readonly hung: HungExecs;
  readonly clock: Clock;
}

/** Asks containers what their probes and hooks say, in a queue shared by all pods. */
export class Prober {
  private readonly commands = new Slots(COMMANDS_AT_ONCE);
  private readonly connections = new Slots(CONNECTIONS_AT_ONCE);
  /** Commands that have not ended, or whose end nobody knows yet. */
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly parts: ProberParts) {}

  /**
   * One probe, at most for its timeout.
   * @throws EngineError, or the signal's reason, when it could not be asked: that says nothing of the container
   */
  async probe(probe: Probe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
    const lastsMs = timingOf(probe).timeoutSeconds * 1000;
    const slots = probe.exec ? this.commands : this.connections;
    return this.inTurn(slots, signal, () => (probe.exec ? this.command(probe.exec.command ?? [], target, lastsMs, signal) : this.connect(probe, target, lastsMs, signal)));
  }

  /** Ends what probes left hanging in a container that runs since before this plugin did. @throws EngineError */
  async endLeftCommands(target: ProbeTarget): Promise<void> {
    const { engine, hung } = this.parts;
    const { ExecIDs } = await engine.inspectContainer(target.containerId);
    if ((ExecIDs ?? []).length > 0) await hung.kill(target.containerId, markOf(target));
  }

  /** A hook, for as long as it takes. @throws Error when it fails */
  async hook({ exec, httpGet, sleep }: Handler, target: ProbeTarget, signal: AbortSignal): Promise<void> {
    if (exec) return this.hookCommand(exec.command ?? [], target, signal);
    if (httpGet) return void (await getHttp(httpGet, target, this.parts.dial, LONGEST_HOOK_MS, signal));
    const { clock } = this.parts;
    if (sleep) await withDeadline(sleep.seconds * 1000, clock, signal, () => new Promise(() => undefined)).catch(ignoreDeadline);
  }

  /** Waits a while until the commands of probes that were called off are gone. */
  async stop(): Promise<void> {
    const gone = async (): Promise<void> => {
      await Promise.allSettled(this.running);
      await this.parts.hung.settled();
    };
    await withDeadline(STOP_WAIT_MS, this.parts.clock, new AbortController().signal, gone).catch(ignoreDeadline);
  }

  private async hookCommand(command: readonly string[], target: ProbeTarget, signal: AbortSignal): Promise<void> {
    const { engine, hung } = this.parts;
    const { exitCode } = await runCommand(engine, target.containerId, command, hung, signal);
    if (exitCode !== 0) throw new Error(exitCode === undefined ? 'it did not end in time' : `exit code ${exitCode}`);
  }

  private async command(command: readonly string[], target: ProbeTarget, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
    const { engine, hung, clock } = this.parts;
    const { bounded, callOff } = boundedSignal(lastsMs, clock, signal);
    try {
      const run = runCommand(engine, target.containerId, command, hung, bounded, [markOf(target)]);
      this.follow(run.then((end) => end.settled));
      const { exitCode, output, settled } = await run;
      if (exitCode !== undefined) return { result: exitCode === 0 ? 'success' : 'failure', output };
      return { result: 'failure', output: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${lastsMs / 1000}s`, ...(settled && { settled }) };
    } finally {
      callOff();
    }
  }

  private async connect(probe: Probe, target: ProbeTarget, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
    let engineFailure: Error | undefined;
    const dial: Dial = async (...way) => {
      try {
        return await this.parts.dial(...way);
      } catch (error) {
        if (isEngineError(error)) engineFailure = error;
        throw error;
      }
    };
    const answer = await this.connectBy(dial, probe, target, lastsMs, signal);
    // It never came to the container.
    if (engineFailure !== undefined) throw engineFailure;
    return answer;
  }

  private async connectBy(dial: Dial, probe: Probe, target: ProbeTarget, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
    const { clock } = this.parts;
    const { bounded, callOff } = boundedSignal(lastsMs, clock, signal);
    try {
      if (probe.httpGet) return await probeHttp(probe.httpGet, target, dial, lastsMs, bounded);
      if (probe.tcpSocket) return await probeTcp(probe.tcpSocket, target, dial, lastsMs, bounded);
      if (probe.grpc) return await probeGrpc(probe.grpc, target, dial, lastsMs, bounded);
      throw new Error('the probe has no handler');
    } catch (error) {
      signal.throwIfAborted();
      return { result: 'failure', output: messageOf(error) };
    } finally {
      callOff();
    }
  }

  private follow(command: Promise<unknown>): void {
    this.running.add(command);
    void command.then(noop, noop).finally(() => this.running.delete(command));
  }

  /** A turn ends with its work, or after a while. */
  private inTurn<T>(slots: Slots, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { clock } = this.parts;
    return new Promise((resolve, reject) => {
      const turn = slots.run(async () => {
        signal.throwIfAborted();
        const done = work();
        done.then(resolve, reject);
        let callOff: () => void = () => undefined;
        const long = new Promise<void>((over) => (callOff = clock.at(new Date(clock.now().getTime() + LONGEST_TURN_MS), over)));
        await Promise.race([done.then(noop, noop), long]).finally(() => callOff());
      }, signal);
      turn.catch(reject);
    });
  }
}

/** On the commands of probes besides their own, by which a plugin that starts again finds them. The processes may be the whole pod's. */
function markOf({ spec }: ProbeTarget): string {
  return `INTERLINK_PROBES_OF=${spec.name}`;
}

function noop(): void {
  // how the work ended is told to who waits for it
}

function ignoreDeadline(error: unknown): void {
  if (!(error instanceof DeadlineExceeded)) throw error;
}
