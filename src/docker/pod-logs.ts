import { Readable } from 'node:stream';
import { ProviderError } from '../errors.js';
import { allContainers, defaultContainerName } from '../kube/index.js';
import type { LogOptions, LogRequest } from '../provider/index.js';
import { type Attempts, chooseAttempt, followAttempts, hasBegun, openLog } from './logs/index.js';
import type { PodChanges } from './pod-changes.js';
import { type ManagedPod, type Pods, type Rooms, toProviderError } from './pods/index.js';
import type { ObservedContainer } from './record/index.js';
import type { StatusReports } from './status-reports.js';

/** Gives the logs of the pods' containers. */
export class PodLogs {
  constructor(
    private readonly pods: Pods,
    private readonly reports: StatusReports,
    private readonly changes: PodChanges,
    private readonly rooms: Pick<Rooms, 'engine' | 'traits' | 'followers'>,
  ) {}

  /** @throws ProviderError `PodNotFound`; `InvalidPod` for a container that the pod does not have; what the engine said, where it gives no log */
  async open({ podUid, podName, container, options }: LogRequest, signal: AbortSignal): Promise<Readable> {
    const pod = this.pods.get(podUid);
    if (pod === undefined) throw new ProviderError('PodNotFound', `No containers found for UUID ${podUid}`);
    const name = container ?? defaultContainerName(pod.record.pod);
    if (!allContainers(pod.record.pod).some((one) => one.name === name)) {
      throw new ProviderError('InvalidPod', `container ${name} is not valid for pod ${podName}`);
    }
    const attempt = chooseAttempt(pod.observed.containers.get(name) ?? [], options.previous, this.reports.isWaiting(pod, name));
    if (attempt === undefined) return Readable.from([]);
    const goesOn = options.follow && !options.previous && this.rooms.traits.policy.logs.followRestarts;
    return goesOn ? followAttempts(attempt, this.attemptsOf(pod, name), options) : this.openOne(attempt, options, signal);
  }

  private async openOne({ id, name, tty }: ObservedContainer, options: LogOptions, signal: AbortSignal): Promise<Readable> {
    try {
      const log = await openLog(this.rooms.engine, id, tty, options, signal);
      if (options.follow) this.rooms.followers.add(id, log);
      return log;
    } catch (error) {
      throw toProviderError(error, `the log of container ${name}`);
    }
  }

  private attemptsOf(pod: ManagedPod, name: string): Attempts<ObservedContainer> {
    return {
      open: (attempt, options, signal) => this.openOne(attempt, options, signal),
      next: async (after, signal) => {
        while (!signal.aborted) {
          const change = this.changes.next(pod.uid, signal);
          const next = pod.observed.containers.get(name)?.find((attempt) => attempt.attempt > after.attempt && hasBegun(attempt));
          if (next !== undefined) return next;
          if (this.pods.get(pod.uid) !== pod || this.reports.isOver(pod, name)) return undefined;
          await change;
        }
        return undefined;
      },
    };
  }
}
