import type { Clock } from '../clock.js';
import { messageOf } from '../errors.js';
import type { Container, ContainerState, ContainerStatus, Pod } from '../kube/index.js';
import type { DeliveredObjects } from '../provider/index.js';
import { ContainerLog } from './container-log.js';
import { restartDelayMs } from './restarts.js';

/** What a container is to be started with. */
export interface ContainerStart {
  readonly pod: Pod;
  /** `$(VAR)` in its command and args is replaced. */
  readonly container: Container;
  /** What came with the pod for its volumes. */
  readonly delivered: DeliveredObjects;
  /** 0, and one more for each restart. */
  readonly attempt: number;
  /** Takes what the container writes, both of its streams, as it comes. */
  readonly write: (data: Buffer | string) => void;
}

/** A container that runs. */
export interface StartedContainer {
  /** Its exit code (128 + signal, where a signal ended it), when it has ended and all it wrote has been handed on. A rejection ends it with 128. */
  readonly ended: Promise<number>;
  /** Asked once: end it politely, and by force when `graceSeconds` are over. `ended` tells when, also where this throws. */
  stop(graceSeconds: number): void;
}

/** Starts a container of the backend; may throw, which ends that attempt with exit code 128. */
export type StartContainer = (start: ContainerStart) => StartedContainer | Promise<StartedContainer>;

const START_FAILED_EXIT_CODE = 128;
/** As after a SIGKILL. */
const NEVER_RAN_EXIT_CODE = 137;
const WAITING: ContainerState = { waiting: { reason: 'ContainerCreating' } };

/** One container of a pod over all its attempts. */
export class ContainerRun {
  private state: ContainerState;
  private lastState: ContainerState = {};
  private restarts = 0;
  private log: ContainerLog | undefined;
  private previous: ContainerLog | undefined;
  private running: StartedContainer | undefined;
  private readonly stopping = Promise.withResolvers<void>();
  private graceSeconds: number | undefined;
  /** What the backend said when it was asked to end it. */
  stopFailure: string | undefined;

  constructor(
    readonly container: Container,
    private readonly start: (attempt: Pick<ContainerStart, 'attempt' | 'write'>) => StartedContainer | Promise<StartedContainer>,
    private readonly clock: Clock,
  ) {
    this.state = { waiting: { reason: 'PodInitializing' } };
  }

  /** Runs it until it has ended for good, `isRestarted` having been asked of each end; resolves with the last exit code. */
  async run(isRestarted: (exitCode: number) => boolean): Promise<number> {
    let delayMs = 0;
    while (this.graceSeconds === undefined) {
      const { startedAt, ...end } = await this.attempt();
      const terminated = { ...end, startedAt: toTime(startedAt), finishedAt: toTime(this.clock.now()) };
      if (this.isStopping() || !isRestarted(end.exitCode)) {
        this.state = { terminated };
        return end.exitCode;
      }
      delayMs = restartDelayMs(this.restarts, delayMs, this.clock.now().getTime() - startedAt.getTime());
      this.restarts += 1;
      this.lastState = { terminated };
      // All terminated would be final for the cluster.
      this.state = { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${delayMs / 1000}s restarting failed container` } };
      await this.pause(delayMs);
    }
    return this.neverRan('PodDeleted', 'the pod was deleted before this container started');
  }

  /** It will not run; its pod can end. Resolves with the exit code that is told. */
  neverRan(reason: string, message: string): number {
    this.state = { terminated: { exitCode: NEVER_RAN_EXIT_CODE, reason, message: `${reason}: ${message}` } };
    return NEVER_RAN_EXIT_CODE;
  }

  /** No attempt begins any more, and one that runs is ended. */
  stop(graceSeconds: number): void {
    if (this.isStopping()) return;
    this.graceSeconds = graceSeconds;
    this.stopping.resolve();
    if (this.running) this.end(this.running, graceSeconds);
  }

  /** The log of the attempt that is meant; `undefined`: it has not begun. */
  logOf(previous: boolean): ContainerLog | undefined {
    if (!previous) return this.log;
    return this.state.waiting && this.restarts > 0 ? this.log : this.previous;
  }

  get status(): ContainerStatus {
    const { name, image = '' } = this.container;
    const up = this.state.running !== undefined;
    return { name, image, imageID: '', ready: up, started: up, restartCount: this.restarts, state: this.state, lastState: this.lastState };
  }

  private async attempt(): Promise<{ startedAt: Date; exitCode: number; reason: string; message?: string }> {
    this.state = WAITING;
    const log = new ContainerLog();
    let startedAt = this.clock.now();
    try {
      const running = await this.start({ attempt: this.restarts, write: (data) => log.write(data, this.clock.now()) });
      startedAt = this.clock.now();
      this.running = running;
      [this.previous, this.log] = [this.log, log];
      this.state = { running: { startedAt: toTime(startedAt) } };
      // The pod's end came while it was being started.
      if (this.graceSeconds !== undefined) this.end(running, this.graceSeconds);
      const exitCode = await running.ended;
      return { startedAt, exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
    } catch (error) {
      return { startedAt, exitCode: START_FAILED_EXIT_CODE, reason: 'StartError', message: `StartError: ${messageOf(error)}` };
    } finally {
      this.running = undefined;
      log.close();
    }
  }

  /** A failure concerns this container alone: the others are still to be ended, and this one may end all the same. */
  private end(running: StartedContainer, graceSeconds: number): void {
    new Promise<void>((resolve) => resolve(running.stop(graceSeconds))).catch((error: unknown) => void (this.stopFailure = messageOf(error)));
  }

  private isStopping(): boolean {
    return this.graceSeconds !== undefined;
  }

  private async pause(ms: number): Promise<void> {
    if (ms === 0) return;
    const over = Promise.withResolvers<void>();
    const callOff = this.clock.at(new Date(this.clock.now().getTime() + ms), () => over.resolve());
    await Promise.race([over.promise, this.stopping.promise]);
    callOff();
  }
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
function toTime(at: Date): string {
  return `${at.toISOString().slice(0, -'.000Z'.length)}Z`;
}
