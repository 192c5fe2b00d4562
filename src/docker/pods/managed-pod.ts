import { messageOf } from '../../errors.js';
import type { PodEvent } from '../../kube/index.js';
import type { Logger } from '../../log.js';
import { type ContainerHealth, type CreateFailure, type DesiredPod, doublingDelayMs, endingByDeadline, type Grace, type ImageState, isFinished, type PodEnding, rememberEnded } from '../decide/index.js';
import type { SpanContext } from '../../telemetry.js';
import type { EventReason } from '../events/index.js';
import { type ObservedContainer, type ObservedPod, type PodRecord, SANDBOX } from '../record/index.js';
import { BackOffEvents } from './back-off-events.js';
import { ContainerConfigError } from './container-facts.js';
import { EndLines } from './ends.js';
import { MountError, VolumePreparation } from './volume-preparation.js';
import { toLogFields } from './pod-fields.js';
import { PodHealth } from './pod-health.js';
import { PodWorker } from './pod-worker.js';
import type { Rooms } from './rooms.js';
import { StopsUnderWay } from './stops.js';

/** One pod this plugin runs: its record, what is wanted of it, and what is remembered of it beside the engine's picture. */
export class ManagedPod {
  readonly uid: string;
  readonly logger: Logger;
  readonly worker: PodWorker;
  readonly volumes: VolumePreparation;
  readonly images = new Map<string, ImageState>();
  readonly createFailures = new Map<string, CreateFailure>();
  readonly backOffMs = new Map<string, number>();
  private remembered: ReadonlyMap<string, ObservedContainer>;
  private lastSeen: ObservedPod | undefined;
  private readonly nothing: ObservedPod;
  private readonly stopping = new AbortController();
  readonly stops: StopsUnderWay;
  readonly backOffs = new BackOffEvents();
  readonly ends: EndLines;
  readonly probing: PodHealth;
  private readonly deadline: Date | undefined;
  private deletion: DesiredPod['deletion'];
  private ending: DesiredPod['ending'];
  private nothingIsLeft = false;
  private causedBy: SpanContext | undefined;
  private finish: () => void = () => undefined;
  /** Resolves when nothing of the pod is left. */
  readonly gone = new Promise<void>((resolve) => (this.finish = resolve));

  constructor(
    readonly record: PodRecord,
    private readonly rooms: Rooms,
    sync: (pod: ManagedPod) => Promise<void>,
    /** Ends that are known from elsewhere than the engine. */
    ended: ReadonlyMap<string, ObservedContainer> = new Map(),
  ) {
    const { uid } = record.pod.metadata;
    this.uid = uid;
    this.remembered = ended;
    this.causedBy = rooms.tracer.current?.context;
    this.nothing = { uid, containers: new Map() };
    this.logger = rooms.logger.child(toLogFields(record.pod));
    this.ends = new EndLines(this.logger);
    this.volumes = new VolumePreparation(record);
    this.stops = new StopsUnderWay(rooms.engine, rooms.clock, this.logger);
    this.probing = new PodHealth(this, rooms);
    this.deadline = deadlineOf(record);
    this.worker = new PodWorker(() => sync(this), rooms.clock, this.logger);
  }

  get desired(): DesiredPod {
    const { deletion, deadline, observed, rooms } = this;
    const wanted = { pod: this.record.pod, ...(deletion && { deletion }), ...(deadline && { deadline }) };
    const ending = this.ending ?? endingByDeadline(wanted, observed, this, rooms.clock.now());
    return { ...wanted, ...(ending && { ending }) };
  }

  /** The newest call of the cluster's that brought work about, where it was traced. */
  get cause(): SpanContext | undefined {
    return this.causedBy;
  }

  get observed(): ObservedPod {
    return this.rooms.cache.get(this.uid) ?? this.nothing;
  }

  /** Aborted when the pod is to go: pulls and waits for it end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Whether nothing of it will ever be started again. */
  get isFinished(): boolean {
    return isFinished(this.desired, this.observed, this);
  }

  get isDeleting(): boolean {
    return this.deletion !== undefined;
  }

  /** From now on nothing of the pod is started again. Never taken back; of several grace periods the one that ends first counts. */
  beginDeletion(graceSeconds: number): void {
    const since = this.rooms.clock.now();
    const isShorter = this.deletion === undefined || toEndMs({ graceSeconds, since }) < toEndMs(this.deletion);
    if (isShorter) this.deletion = { graceSeconds, since };
    this.causedBy = this.rooms.tracer.current?.context ?? this.causedBy;
    this.stops.shorten(graceSeconds);
    this.stopping.abort(new Error('the pod is being deleted'));
  }

  /** Ends the pod for good, as this node's own decision; the first one counts. */
  end(ending: PodEnding): void {
    if (this.ending !== undefined || this.isDeleting) return;
    this.ending = ending;
    this.addEvent(ending.reason === 'Evicted' ? 'Warning' : 'Normal', ending.reason, ending.message);
    this.worker.wake();
  }

  /** What probes and hooks say of its containers. */
  get health(): ReadonlyMap<string, ContainerHealth> {
    return this.probing.byContainer;
  }

  /** Whether nothing of it is to be started again, though it may still run. */
  get isLeaving(): boolean {
    return this.isDeleting || this.ending !== undefined;
  }

  /** Newest ended attempt of each container: an operator's prune takes it from the engine, not from memory. */
  get ended(): ReadonlyMap<string, ObservedContainer> {
    const seen = this.observed;
    if (seen !== this.lastSeen) {
      this.remembered = rememberEnded(this.remembered, this.lastSeen, seen, this.rooms.clock.now());
      this.lastSeen = seen;
    }
    return this.remembered;
  }

  /** The engine refused to make a container (`POD`: the sandbox); it is asked again after a back-off. */
  noteCreateFailure(container: string, error: unknown): void {
    const failures = (this.createFailures.get(container)?.failures ?? 0) + 1;
    const message = messageOf(error);
    const retryAt = new Date(this.rooms.clock.now().getTime() + doublingDelayMs(failures));
    this.createFailures.set(container, { message, failures, retryAt, ...waitingReason(error) });
    if (error instanceof MountError) this.addEvent('Warning', 'FailedMount', message, container);
    else if (container === SANDBOX) this.addEvent('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
    else this.addEvent('Warning', 'Failed', `Error: ${message}`, container);
  }

  addEvent(type: PodEvent['type'], reason: EventReason, message: string, container?: string): void {
    if (this.isGone) return;
    this.rooms.events.add(this.uid, { at: this.rooms.clock.now(), type, reason, message, ...(container !== undefined && { container }) });
    this.logger[type === 'Warning' ? 'warn' : 'info'](message, { reason, container });
  }

  get isGone(): boolean {
    return this.nothingIsLeft;
  }

  /** It is not looked after any more; what runs of it runs on. */
  rest(): void {
    this.worker.retire();
    this.probing.stop();
  }

  /** Nothing of it is left on the engine. */
  retire(): void {
    this.nothingIsLeft = true;
    this.rest();
    this.finish();
  }
}

function waitingReason(error: unknown): Pick<CreateFailure, 'reason'> {
  if (error instanceof MountError) return { reason: 'ContainerCreating' };
  return error instanceof ContainerConfigError ? { reason: 'CreateContainerConfigError' } : {};
}

function deadlineOf({ pod, acceptedAt }: PodRecord): Date | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? undefined : new Date(Date.parse(acceptedAt) + seconds * 1000);
}

function toEndMs({ graceSeconds, since }: Grace): number {
  return since.getTime() + graceSeconds * 1000;
}
