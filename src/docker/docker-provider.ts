import type { Readable } from 'node:stream';
import type { EngineVersion } from '../engine/index.js';
import { messageOf, ProviderError } from '../errors.js';
import type { Pod, PodEvent } from '../kube/index.js';
import { type CallContext, type CreatedPod, type CreateRequest, type LogRequest, type Metric, type NodeReport, type PodDetails, type PodRow, type PodStatus, Provider } from '../provider/index.js';
import { admit } from './admission/index.js';
import { Attendance } from './attendance.js';
import { EventFeed } from './cache/index.js';
import { NO_ABILITIES, toAbilities } from './node/index.js';
import { Pods, type Rooms, superseded, toLogFields, toSpanAttributes } from './pods/index.js';
import type { ProbeReach } from './probes/index.js';
import { gatherMetrics, type MetricSources } from './gather-metrics.js';
import { type DockerProviderOptions, openRooms } from './open-rooms.js';
import { Operations } from './operations.js';
import { PodChanges } from './pod-changes.js';
import { PodDetailsReports } from './pod-details.js';
import { PodLogs } from './pod-logs.js';
import type { EngineTrials } from './trials.js';
import { StatusReports } from './status-reports.js';

/** How often missed events are looked for, and what nobody needs is removed. */
const TIDY_INTERVAL_MS = 60_000;

/**
 * Runs pods on a Docker Engine. The engine is its only database: it can be killed at any instruction and started again, here or
 * elsewhere, and finds its pods by their labels.
 */
export class DockerProvider extends Provider {
  override readonly operations: Operations;
  private readonly rooms: Rooms;
  private readonly feed: EventFeed;
  private readonly pods: Pods;
  private readonly reports: StatusReports;
  private readonly details: PodDetailsReports;
  private readonly attendance: Attendance;
  private readonly logs: PodLogs;
  private readonly trials: EngineTrials;
  private readonly reach: ProbeReach;
  private readonly metricSources: () => MetricSources;
  private abilities = NO_ABILITIES;
  private engineVersion: EngineVersion | undefined;
  private callOffTidy: () => void = () => undefined;
  private isStopped = false;

  constructor(options: DockerProviderOptions) {
    super();
    const changes = new PodChanges();
    const { rooms, reach, trials, meter, itself } = openRooms(options, {
      changed: (podUid) => {
        this.pods.changed(podUid);
        changes.tell(podUid);
      },
      inspected: (details) => this.pods.inspected(details),
      abilities: () => this.abilities,
    });
    const { cache, clock, engine, logger, node } = rooms;
    [this.rooms, this.reach, this.trials] = [rooms, reach, trials];
    const handlers = { event: (event: Parameters<Pods['handle']>[0]) => this.pods.handle(event), lookAt: (containerId: string) => cache.refresh(containerId), opening: () => cache.reopening(), connected: () => this.connected(), ready: () => this.pods.wakeAll() };
    this.feed = new EventFeed(engine, node, handlers, clock, logger);
    this.pods = new Pods(this.rooms, this.feed);
    this.operations = new Operations(this.rooms, this.pods, this.feed);
    this.attendance = new Attendance(clock, logger);
    this.reports = new StatusReports(this.pods, this.rooms, this.attendance);
    this.details = new PodDetailsReports(this.pods, this.rooms, this.attendance, this.reports);
    this.logs = new PodLogs(this.pods, this.reports, changes, this.rooms);
    const { pods, feed, reports, attendance } = this;
    this.metricSources = () => ({ rooms, pods, feed, reports, attendance, version: options.version ?? 'unknown', engine: { meter, itself, version: this.engineVersion } });
  }

  override async start(): Promise<void> {
    for (const entry of this.rooms.journal.entries()) {
      const { outside } = this.rooms.cache;
      if (entry.kind === 'endedFromOutside') outside.restore(entry.containerId, entry.signal);
      if (entry.kind === 'stoppedForHealth') outside.expectUnhealthy(entry.containerId, new Date(entry.until));
    }
    this.feed.start();
    this.scheduleTidy();
    return Promise.resolve();
  }

  override async stop(): Promise<void> {
    this.isStopped = true;
    this.callOffTidy();
    this.feed.stop();
    await this.trials.stop();
    await this.pods.stop();
    await this.rooms.prober.stop();
    await this.reach.stop().catch((error: unknown) => this.rooms.logger.warn('what connects probes to pods could not be removed', { reason: messageOf(error) }));
    await this.pods.release().catch((error: unknown) => this.rooms.logger.warn('the node name could not be given back', { reason: messageOf(error) }));
    await this.rooms.journal.close();
  }

  override async create(request: CreateRequest, { session }: CallContext): Promise<CreatedPod> {
    this.requireOwnership();
    this.rooms.tracer.current?.set(toSpanAttributes(request.pod));
    const { uid } = request.pod.metadata;
    const { warnings } = admit(request.pod, this.rooms.traits, request.delivered);
    const isNew = this.pods.get(uid) === undefined;
    await this.pods.create(request);
    if (isNew) this.rooms.logger.info('pod is accepted', { ...toLogFields(request.pod), session });
    for (const warning of warnings) this.pods.get(uid)?.addEvent('Warning', 'FieldNotHonoured', warning);
    return { uid, jobId: uid };
  }

  override async delete(pod: Pod, { session }: CallContext): Promise<void> {
    this.requireOwnership();
    this.rooms.tracer.current?.set(toSpanAttributes(pod));
    this.rooms.logger.info('pod is to be deleted', { ...toLogFields(pod), session });
    await this.pods.delete(pod);
  }

  override status(pods: readonly Pod[], _context: CallContext): Promise<readonly PodStatus[]> {
    this.requireOwnership();
    this.requirePicture();
    return Promise.resolve(this.reports.of(pods));
  }

  override async getLogs(request: LogRequest, context: CallContext): Promise<Readable> {
    this.requireOwnership();
    this.requirePicture();
    this.attendance.askedAbout(request.podUid);
    return this.logs.open(request, context.signal);
  }

  override ping(_context: CallContext): Promise<NodeReport> {
    this.attendance.heard(new Set(this.pods.all().filter(({ isDeleting }) => !isDeleting).map(({ uid }) => uid)));
    return Promise.resolve(this.operations.report());
  }

  override metrics(): readonly Metric[] {
    return gatherMetrics(this.metricSources());
  }

  override missing(): readonly string[] {
    const lacks: readonly (readonly [boolean, string])[] = [
      [!this.feed.connected, 'the Docker Engine is away, or has not been reached yet'],
      [!this.pods.restored, 'the pods on the Docker Engine are not known yet'],
      [!this.pods.isOwner, `another plugin has claimed the node name ${this.rooms.node}`],
    ];
    return lacks.flatMap(([isLacking, line]) => (isLacking ? [line] : []));
  }

  override podRows(): readonly PodRow[] {
    this.requirePicture();
    return this.reports.rows();
  }

  override podDetails(podUid: string): PodDetails | undefined {
    this.requirePicture();
    return this.details.of(podUid);
  }

  /** The newest events of a pod, oldest first. */
  podEvents(podUid: string): readonly PodEvent[] {
    return this.rooms.events.list(podUid);
  }

  private async connected(): Promise<void> {
    const { engine } = this.rooms;
    const [version, info] = [await engine.version(), await engine.info()];
    this.engineVersion = version;
    this.abilities = toAbilities(version, info);
    await this.pods.reconcile();
    await this.operations.look();
    if (this.pods.isOwner) this.trials.begin(version, info);
  }

  private scheduleTidy(): void {
    const { clock, logger } = this.rooms;
    if (this.isStopped) return;
    this.callOffTidy = clock.at(new Date(clock.now().getTime() + TIDY_INTERVAL_MS), () => {
      void this.rooms.journal
        .mend()
        .then(() => this.tidy())
        .catch((error: unknown) => logger.warn('tidying failed and is tried again', { reason: messageOf(error) }))
        .finally(() => this.scheduleTidy());
    });
  }

  private async tidy(): Promise<void> {
    if (!this.feed.connected) return;
    await this.operations.look();
    await this.pods.tidy();
  }

  private requireOwnership(): void {
    if (!this.pods.isOwner) throw superseded(this.rooms.node);
  }

  /** Anything but success freezes the cluster's view of its pods, which is right while we do not know them yet. */
  private requirePicture(): void {
    if (!this.pods.restored) throw new ProviderError('EngineUnavailable', 'the pods on the Docker Engine are not known yet');
  }
}
