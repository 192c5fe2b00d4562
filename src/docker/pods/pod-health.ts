import { messageOf } from '../../errors.js';
import { type Container, type HookKind, lastingContainers, type Pod, PROBE_KINDS, probeOf } from '../../kube/index.js';
import { type ContainerHealth, isRunning } from '../decide/index.js';
import { AttemptProbes, type ProbeTarget } from '../probes/index.js';
import { probePlaceOf } from './probe-place.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

interface Followed {
  readonly containerId: string;
  readonly probes: AttemptProbes;
}

/** The probes and hooks of one pod, and what they say of its containers. */
export class PodHealth {
  /** By container name; see `Circumstances.health`. */
  readonly byContainer = new Map<string, ContainerHealth>();
  private readonly followed = new Map<string, Followed>();
  /** Attempts that were started by this plugin. */
  private readonly own = new Set<string>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly pod: ManagedPod,
    private readonly rooms: Rooms,
  ) {}

  /** Probes what runs, and nothing else. To be called whenever the pod is looked at. */
  follow(): void {
    if (this.stopping.signal.aborted) return;
    const { observed, isLeaving } = this.pod;
    for (const spec of probed(this.pod.record.pod)) {
      const running = observed.containers.get(spec.name)?.findLast(isRunning);
      const known = this.followed.get(spec.name);
      if (known !== undefined && known.containerId !== running?.id) {
        known.probes.stop();
        this.followed.delete(spec.name);
        this.own.delete(known.containerId);
      }
      if (running === undefined || this.byContainer.get(spec.name)?.postStart === 'underWay') continue;
      if (known?.containerId !== running.id) this.begin(spec, running.id, running.startedAt);
      if (isLeaving) this.followed.get(spec.name)?.probes.leave();
    }
  }

  /** An attempt is about to be started: where it has a hook for that, it does not count as running before it has ended. */
  beforeStart(spec: Container, containerId: string): void {
    const { name, lifecycle } = spec;
    if (hasCommands(spec)) this.own.add(containerId);
    if (lifecycle?.postStart) this.note(name, containerId, { postStart: 'underWay' });
  }

  /** Runs the hook after the start of an attempt, beside everything else; what comes of it wakes the pod. */
  afterStart(spec: Container, containerId: string): void {
    const handler = spec.lifecycle?.postStart;
    if (!handler) return;
    // Only the pod's delete ends it: a plugin that starts again cannot tell whether it was done, and does not do it twice.
    const { signal } = this.pod;
    void this.rooms.prober
      .hook(handler, this.targetOf(spec, containerId), signal)
      .then(
        () => this.note(spec.name, containerId, { postStart: 'done' }),
        (error: unknown) => {
          this.note(spec.name, containerId, { postStart: 'failed' });
          if (!signal.aborted) this.tellFailedHook('postStart', spec.name, error);
        },
      )
      .finally(() => this.pod.worker.wake());
  }

  /** Runs the hook before the stop of a container; resolves when it has ended, however. @param signal ends it */
  async beforeStop(spec: Container, containerId: string, signal: AbortSignal): Promise<void> {
    const handler = spec.lifecycle?.preStop;
    if (!handler) return;
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    // A container that ends meanwhile has nothing left to be prepared.
    void this.rooms.engine.waitContainer(containerId, both).then(() => ended.abort(), () => undefined);
    try {
      await this.rooms.prober.hook(handler, this.targetOf(spec, containerId), both);
    } catch (error) {
      if (!both.aborted) this.tellFailedHook('preStop', spec.name, error);
    } finally {
      ended.abort();
    }
  }

  /** Asks nobody any more. */
  stop(): void {
    this.stopping.abort(new Error('the pod is not looked after any more'));
    this.followed.forEach(({ probes }) => probes.stop());
    this.followed.clear();
  }

  private begin(spec: Container, containerId: string, startedAt: string | undefined): void {
    const now = this.rooms.clock.now();
    // The engine's clock may be ahead of ours, but nothing began after we saw it.
    const began = startedAt === undefined ? now : new Date(Math.min(Date.parse(startedAt), now.getTime()));
    const probes = new AttemptProbes(this.targetOf(spec, containerId), began, this.rooms.prober, this.rooms.clock, {
      changed: ({ startup, liveness, readiness }, kind) => {
        this.note(spec.name, containerId, {
          ...(startup?.verdict && { startup: startup.verdict }),
          ...(liveness?.verdict && { liveness: liveness.verdict }),
          ...(readiness?.verdict && { readiness: readiness.verdict }),
        });
        // Nothing is done about a container that is not ready.
        if (kind !== 'readiness') this.pod.worker.wake();
      },
      event: (reason, message) => this.pod.addEvent('Warning', reason, message, spec.name),
    });
    this.followed.set(spec.name, { containerId, probes });
    if (this.own.has(containerId) || !hasCommands(spec)) probes.start();
    else void this.startAfterOthers(probes, this.targetOf(spec, containerId));
  }

  /** A plugin before this one may have been killed in the middle of its probes. */
  private async startAfterOthers(probes: AttemptProbes, target: ProbeTarget): Promise<void> {
    try {
      await this.rooms.prober.endLeftCommands(target);
    } catch (error) {
      this.pod.logger.debug('what probes may have left in a container could not be looked for', { container: target.spec.name, reason: messageOf(error) });
    }
    probes.start();
  }

  private note(container: string, containerId: string, more: Partial<ContainerHealth>): void {
    const known = this.byContainer.get(container);
    this.byContainer.set(container, { ...(known?.containerId === containerId ? known : {}), ...more, containerId });
  }

  private targetOf(spec: Container, containerId: string): ProbeTarget {
    return { containerId, spec, place: probePlaceOf(this.pod.record) };
  }

  /** Its words may hold what is secret: they are for the operator's eyes, not for the pod's events. */
  private tellFailedHook(kind: HookKind, container: string, error: unknown): void {
    const [reason, message] = kind === 'postStart' ? (['FailedPostStartHook', 'PostStartHook failed'] as const) : (['FailedPreStopHook', 'PreStopHook failed'] as const);
    this.pod.addEvent('Warning', reason, message, container);
    this.pod.logger.debug('a hook failed', { container, hook: kind, reason: messageOf(error) });
  }
}

function hasCommands(spec: Container): boolean {
  return PROBE_KINDS.some((kind) => probeOf(spec, kind)?.exec);
}

function probed(pod: Pod): readonly Container[] {
  return lastingContainers(pod).filter((spec) => PROBE_KINDS.some((kind) => probeOf(spec, kind)));
}
